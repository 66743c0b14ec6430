-- call_perhaps: rows that are perhaps counted twice, and whose twin: look-alikes that no declaration settles.
-- in:  call_alike, call_twice
-- out: one row per row of usage, with its best witness
SELECT a.source_name, a.natural_key, a.billing_month, a.by_source, a.by_key
FROM call_alike AS a
LEFT JOIN call_twice AS t ON t.source_name = a.source_name AND t.natural_key = a.natural_key
LEFT JOIN call_twice AS b ON b.source_name = a.by_source AND b.natural_key = a.by_key
WHERE a.choice = 1 AND t.natural_key IS NULL AND b.natural_key IS NULL

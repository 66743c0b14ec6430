-- usage_covered: rows of usage that another row tells of better, and which one: it counts in their place.
-- in:  call_twice
-- out: one row per covered row of usage
SELECT t.source_name, t.natural_key, t.billing_month, t.by_source, t.by_key
FROM call_twice AS t
ORDER BY t.billing_month, t.source_name, t.natural_key

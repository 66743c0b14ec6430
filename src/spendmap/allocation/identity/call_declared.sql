-- call_declared: the pairs of look-alikes that a source's declaration settles.
-- in:  call_alike, source_sees (source_name, seen_name; both directions)
-- out: one row per row of usage that a better witness tells of
SELECT p.source_name, p.natural_key, p.billing_month, p.by_source, p.by_key, 'declared' AS known_by
FROM (
    SELECT
        a.source_name, a.natural_key, a.billing_month, a.by_source, a.by_key,
        row_number() OVER (PARTITION BY a.source_name, a.natural_key ORDER BY a.choice) AS choice
    FROM call_alike AS a
    JOIN source_sees AS s ON s.source_name = a.source_name AND s.seen_name = a.by_source
) AS p
WHERE p.choice = 1

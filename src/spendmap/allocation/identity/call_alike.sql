-- call_alike: pairs of rows of two sources that look like one call: the same account, model and tokens within two seconds.
-- in:  call_alike_turn, call_alike_left
-- out: one row per row that another source tells of, with its better witness; one to one
SELECT
    p.source_name, p.natural_key, p.billing_month, p.by_source, p.by_key,
    row_number() OVER (PARTITION BY p.source_name, p.natural_key ORDER BY p.witness_no, p.by_source) AS choice
FROM (
    SELECT t.source_name, t.natural_key, t.billing_month, t.by_source, t.by_key, t.witness_no FROM call_alike_turn AS t
    UNION ALL
    SELECT f.source_name, f.natural_key, f.billing_month, f.by_source, f.by_key, f.witness_no FROM call_alike_left AS f
) AS p

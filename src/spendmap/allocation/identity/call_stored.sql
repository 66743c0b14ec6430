-- call_stored: the rows that a published version counts elsewhere, and what counts in their place.
-- in:  usage_covered (its files, all months)
-- out: as call_same_id
SELECT
    u.source_name, u.natural_key, u.billing_month,
    u.by_source,
    u.by_key,
    'stored' AS known_by
FROM usage_covered AS u

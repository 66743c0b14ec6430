-- call_stored: the rows that a published version counts elsewhere, and what counts in their place.
-- in:  usage_priced_stored (its row-level files, all months)
-- out: as call_same_id
SELECT
    u.source_name, u.natural_key, u.billing_month,
    u.covered_source AS by_source,
    substring(u.covered_by, length(u.covered_source) + 2) AS by_key,
    'stored' AS known_by
FROM usage_priced_stored AS u
WHERE u.covered_by IS NOT NULL

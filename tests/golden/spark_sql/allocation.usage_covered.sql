SELECT
  t.source_name,
  t.natural_key,
  t.billing_month,
  t.by_source,
  t.by_key
FROM call_twice AS t
ORDER BY
  t.billing_month NULLS LAST,
  t.source_name NULLS LAST,
  t.natural_key NULLS LAST

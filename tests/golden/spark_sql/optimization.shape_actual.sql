SELECT
  s.group_key,
  s.billing_month,
  SUM(s.list_cost) AS list_cost,
  SUM(s.contracted_cost) AS contracted_cost,
  CAST(SUM(s.usage_rows) AS BIGINT) AS usage_rows,
  CAST(SUM(s.unpriced_rows) AS BIGINT) AS unpriced_rows
FROM usage_shape AS s
GROUP BY
  s.group_key,
  s.billing_month

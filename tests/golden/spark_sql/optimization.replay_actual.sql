SELECT
  u.group_key,
  u.billing_month,
  SUM(u.list_cost) AS list_cost,
  SUM(u.contracted_cost) AS contracted_cost,
  COUNT(*) AS usage_rows,
  COUNT(u.unpriced_reason) AS unpriced_rows
FROM usage_actual AS u
GROUP BY
  u.group_key,
  u.billing_month

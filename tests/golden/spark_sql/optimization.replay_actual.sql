SELECT
  u.group_key,
  u.billing_month,
  u.list_cost,
  u.contracted_cost,
  u.usage_rows,
  u.unpriced_rows
FROM usage_actual AS u

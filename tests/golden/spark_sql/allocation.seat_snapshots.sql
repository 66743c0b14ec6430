SELECT
  u.source_name,
  u.natural_key,
  u.billing_month,
  CAST(u.charge_period_start AS DATE) AS day,
  u.supplier_name,
  u.product,
  u.plan,
  u.department_name,
  u.provisioned_quantity,
  u.contracted_unit_price,
  u.price_months,
  u.billing_currency,
  u.load_id
FROM utilization AS u
WHERE
  u.resource_kind = 'seat'
ORDER BY
  u.source_name NULLS LAST,
  u.natural_key NULLS LAST

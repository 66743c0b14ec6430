SELECT
  u.source_name,
  u.supplier_name,
  u.product,
  u.plan,
  u.department_name,
  CAST(MIN(u.charge_period_start) AS DATE) AS first_day
FROM utilization_ever AS u
WHERE
  u.resource_kind = 'seat'
GROUP BY
  u.source_name,
  u.supplier_name,
  u.product,
  u.plan,
  u.department_name

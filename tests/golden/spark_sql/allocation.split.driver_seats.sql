SELECT
  r.billing_month AS month,
  r.key_use_case AS use_case,
  CAST(SUM(r.provisioned_quantity) AS DECIMAL(38, 12)) AS seats
FROM utilization_ruled AS r
JOIN (
  SELECT
    u.source_name,
    u.billing_month,
    u.supplier_name,
    u.product,
    u.plan,
    u.department_name,
    MAX(u.charge_period_start) AS last_listed
  FROM utilization AS u
  WHERE
    u.resource_kind = 'seat'
  GROUP BY
    u.source_name,
    u.billing_month,
    u.supplier_name,
    u.product,
    u.plan,
    u.department_name
) AS l
  ON l.source_name = r.source_name
  AND l.billing_month = r.billing_month
  AND l.last_listed = r.charge_period_start
  AND COALESCE(l.supplier_name, '') = COALESCE(r.supplier_name, '')
  AND COALESCE(l.product, '') = COALESCE(r.product, '')
  AND COALESCE(l.plan, '') = COALESCE(r.plan, '')
  AND COALESCE(l.department_name, '') = COALESCE(r.department_name, '')
WHERE
  r.resource_kind = 'seat' AND NOT r.key_use_case IS NULL AND r.covered_by IS NULL
GROUP BY
  r.billing_month,
  r.key_use_case
ORDER BY
  r.billing_month NULLS LAST,
  r.key_use_case NULLS LAST

SELECT
  r.billing_month AS month,
  r.key_use_case AS use_case,
  CAST(SUM(r.provisioned_quantity) AS DECIMAL(38, 12)) AS seats
FROM utilization_ruled AS r
WHERE
  r.resource_kind = 'seat' AND NOT r.key_use_case IS NULL
GROUP BY
  r.billing_month,
  r.key_use_case
ORDER BY
  r.billing_month NULLS LAST,
  r.key_use_case NULLS LAST

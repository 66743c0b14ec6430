SELECT
  a.*,
  CAST(DATE_TRUNC('MONTH', COALESCE(a.bill_start, a.charge_date)) AS DATE) AS bill_first,
  LOWER(COALESCE(a.commitment_status, '')) = 'unused' AS is_unused,
  a.vendor_product = 'seats'
  OR (
    a.vendor_product = 'api' AND COALESCE(a.charge_category, 'Usage') = 'Usage'
  ) AS may_pool
FROM attributed AS a
LEFT JOIN export_twice AS t
  ON t.source_name = a.source_name AND t.origin_key = a.origin_key
WHERE
  a.origin = 'charge' AND a.statement = 'cost_export' AND t.origin_key IS NULL

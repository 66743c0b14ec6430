SELECT
  a.source_name,
  a.origin_key,
  MAX(a.vendor) AS vendor,
  MAX(a.vendor_account) AS account,
  SUM(CASE WHEN a.scope <> 'covered' THEN a.billed_cost ELSE 0 END) AS counted
FROM allocation AS a
WHERE
  a.origin = 'charge' AND a.method <> 'adjustment'
GROUP BY
  a.source_name,
  a.origin_key

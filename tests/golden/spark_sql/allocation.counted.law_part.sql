SELECT
  a.source_name,
  a.origin_key,
  MAX(a.vendor) AS vendor,
  MAX(a.vendor_account) AS account,
  SUM(CASE WHEN a.scope <> 'covered' THEN a.billed_cost ELSE 0 END) AS counted,
  MAX(CASE WHEN a.standing = 'tax' AND a.billed_cost < 0 THEN 1 ELSE 0 END) AS is_withheld
FROM allocation AS a
WHERE
  a.origin = 'charge' AND a.method <> 'adjustment'
GROUP BY
  a.source_name,
  a.origin_key

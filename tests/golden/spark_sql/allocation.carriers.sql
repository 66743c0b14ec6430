SELECT
  p.pool_no,
  a.origin_key,
  a.contracted_cost AS metered
FROM attributed AS a
JOIN pool AS p
  ON p.vendor = a.vendor
  AND p.vendor_account = a.vendor_account
  AND p.billing_month = a.billing_month
  AND p.currency = a.currency
WHERE
  a.origin = 'usage'
  AND a.scope = 'ai'
  AND NOT a.contracted_cost IS NULL
  AND p.needs_split

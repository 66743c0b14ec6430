SELECT
  p.pool_no,
  a.origin_key,
  a.contracted_cost AS metered
FROM attributed AS a
JOIN member AS m
  ON m.origin = a.origin
  AND m.vendor = a.vendor
  AND m.vendor_account = a.vendor_account
  AND m.account_id = COALESCE(a.account_id, '')
  AND m.tool = COALESCE(a.tool, '')
  AND m.billing_month = a.billing_month
  AND m.currency = a.currency
  AND m.cover_from <= a.charge_date
  AND a.charge_date < m.cover_to
JOIN pool AS p
  ON p.pool_no = m.pool_no
WHERE
  a.origin IN ('usage', 'utilization')
  AND a.scope = 'ai'
  AND NOT a.contracted_cost IS NULL
  AND a.covered_by IS NULL
  AND a.billing_mode IS NULL
  AND p.needs_split

SELECT
  a.origin,
  a.vendor,
  a.vendor_account,
  COALESCE(a.account_id, '') AS account_id,
  COALESCE(a.tool, '') AS tool,
  a.billing_month,
  a.charge_date,
  a.currency,
  NOT a.billing_mode IS NULL AND a.billing_mode = 'plan' AS is_plan,
  SUM(a.contracted_cost) AS cost
FROM attributed AS a
WHERE
  a.origin IN ('usage', 'utilization')
  AND a.scope = 'ai'
  AND NOT a.vendor IS NULL
  AND NOT a.contracted_cost IS NULL
  AND a.covered_by IS NULL
GROUP BY
  a.origin,
  a.vendor,
  a.vendor_account,
  COALESCE(a.account_id, ''),
  COALESCE(a.tool, ''),
  a.billing_month,
  a.charge_date,
  a.currency,
  NOT a.billing_mode IS NULL AND a.billing_mode = 'plan'

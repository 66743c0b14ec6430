SELECT
  COALESCE(b.vendor, '') AS vendor,
  b.vendor_account,
  b.billing_month,
  b.currency,
  b.category,
  b.category_rule,
  b.supplier_name,
  b.source_name,
  b.list_cost,
  b.contracted_cost,
  b.effective_cost,
  b.billed_cost,
  m.metered
FROM (
  SELECT
    a.vendor,
    a.vendor_account,
    a.billing_month,
    a.currency,
    MIN(a.rule_category) AS category,
    MIN(a.scope_rule) AS category_rule,
    MIN(a.supplier_name) AS supplier_name,
    MIN(a.source_name) AS source_name,
    CASE WHEN COUNT(*) = COUNT(a.list_cost) THEN SUM(a.list_cost) END AS list_cost,
    CASE WHEN COUNT(*) = COUNT(a.contracted_cost) THEN SUM(a.contracted_cost) END AS contracted_cost,
    CASE WHEN COUNT(*) = COUNT(a.effective_cost) THEN SUM(a.effective_cost) END AS effective_cost,
    CASE WHEN COUNT(*) = COUNT(a.billed_cost) THEN SUM(a.billed_cost) END AS billed_cost
  FROM attributed AS a
  WHERE
    a.origin = 'charge'
    AND a.statement = 'cost_export'
    AND a.scope = 'ai'
    AND a.rule_category = 'product_inference'
    AND a.rule_share IS NULL
    AND COALESCE(a.charge_category, 'Usage') = 'Usage'
  GROUP BY
    a.vendor,
    a.vendor_account,
    a.billing_month,
    a.currency
) AS b
JOIN (
  SELECT
    a.vendor,
    a.vendor_account,
    a.billing_month,
    a.currency,
    SUM(a.contracted_cost) AS metered
  FROM attributed AS a
  WHERE
    a.origin = 'usage' AND a.scope = 'ai' AND NOT a.contracted_cost IS NULL
  GROUP BY
    a.vendor,
    a.vendor_account,
    a.billing_month,
    a.currency
) AS m
  ON m.vendor = b.vendor
  AND m.vendor_account = b.vendor_account
  AND m.billing_month = b.billing_month
  AND m.currency = b.currency
WHERE
  b.effective_cost > 0 AND m.metered > 0

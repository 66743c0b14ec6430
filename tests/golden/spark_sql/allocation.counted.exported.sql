SELECT
  e.vendor,
  e.vendor_account,
  e.account_id,
  e.vendor_product,
  e.billing_month,
  e.currency,
  MIN(e.category) AS category,
  MIN(e.rule_category) AS rule_category,
  MIN(e.scope_rule) AS scope_rule,
  MIN(e.supplier_name) AS supplier_name,
  MIN(e.source_name) AS source_name,
  MAX(COALESCE(e.charge_end, CAST(e.charge_date + INTERVAL '1' DAY AS DATE))) AS until,
  CASE WHEN COUNT(*) = COUNT(e.list_cost) THEN SUM(e.list_cost) END AS list_cost,
  CASE WHEN COUNT(*) = COUNT(e.contracted_cost) THEN SUM(e.contracted_cost) END AS contracted_cost,
  CASE WHEN COUNT(*) = COUNT(e.effective_cost) THEN SUM(e.effective_cost) END AS effective_cost,
  CASE WHEN COUNT(*) = COUNT(e.billed_cost) THEN SUM(e.billed_cost) END AS billed_cost
FROM export_lines AS e
WHERE
  e.scope = 'ai'
  AND e.rule_share IS NULL
  AND e.may_pool
  AND NOT e.is_commitment
  AND NOT e.is_uncommon
GROUP BY
  e.vendor,
  e.vendor_account,
  e.account_id,
  e.vendor_product,
  e.billing_month,
  e.currency

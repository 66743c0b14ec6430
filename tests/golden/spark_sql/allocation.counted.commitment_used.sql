SELECT
  e.commitment_id,
  e.currency,
  e.billing_month,
  e.is_unused,
  e.scope,
  e.category,
  e.category_rule,
  SUM(e.effective_cost) AS effective_cost
FROM export_lines AS e
WHERE
  NOT e.commitment_id IS NULL
  AND (
    e.is_unused OR COALESCE(e.charge_category, '') <> 'Purchase'
  )
GROUP BY
  e.commitment_id,
  e.currency,
  e.billing_month,
  e.is_unused,
  e.scope,
  e.category,
  e.category_rule

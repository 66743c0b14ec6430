SELECT
  a.charge_date,
  a.billing_month AS month,
  a.scope,
  a.category,
  a.vendor,
  a.model,
  a.department,
  a.use_case,
  a.tool,
  a.agent,
  a.currency,
  a.evidence,
  CAST(SUM(a.list_cost) AS DECIMAL(38, 12)) AS list_cost,
  CAST(SUM(a.contracted_cost) AS DECIMAL(38, 12)) AS contracted_cost,
  CAST(SUM(a.effective_cost) AS DECIMAL(38, 12)) AS effective_cost,
  CAST(SUM(a.billed_cost) AS DECIMAL(38, 12)) AS billed_cost,
  COUNT(*) AS rows,
  CAST(SUM(a.usage_rows) AS BIGINT) AS usage_rows,
  CAST(SUM(a.unpriced_rows) AS BIGINT) AS unpriced_rows
FROM allocation AS a
WHERE
  a.scope = 'ai'
GROUP BY
  a.charge_date,
  a.billing_month,
  a.scope,
  a.category,
  a.vendor,
  a.model,
  a.department,
  a.use_case,
  a.tool,
  a.agent,
  a.currency,
  a.evidence
ORDER BY
  a.charge_date NULLS LAST,
  a.billing_month NULLS LAST,
  a.scope NULLS LAST,
  a.category NULLS LAST,
  a.vendor NULLS LAST,
  a.model NULLS LAST,
  a.department NULLS LAST,
  a.use_case NULLS LAST,
  a.tool NULLS LAST,
  a.agent NULLS LAST,
  a.currency NULLS LAST,
  a.evidence NULLS LAST

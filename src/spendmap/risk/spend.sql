-- spend: the month roll-up as the rules read it.
-- in:  month (published), $first and $last month, both inside
-- out: one row per month and dimensions, costs as published
SELECT
    m.month, m.scope, m.category, m.method, m.origin, m.vendor, m.vendor_account, m.supplier_name, m.provider_name,
    m.service_name, m.model, m.tool, m.agent, m.use_case, m.department, m.cost_center, m.owner, m.environment,
    m.source_name, m.currency,
    sum(m.list_cost) AS list_cost, sum(m.effective_cost) AS effective_cost, sum(m.billed_cost) AS billed_cost,
    CAST(sum(m.rows) AS BIGINT) AS rows, CAST(sum(m.usage_rows) AS BIGINT) AS usage_rows,
    CAST(sum(m.unpriced_rows) AS BIGINT) AS unpriced_rows,
    CAST(sum(m.input_tokens) AS BIGINT) AS input_tokens, CAST(sum(m.output_tokens) AS BIGINT) AS output_tokens,
    sum(m.minutes) AS minutes
FROM month AS m
WHERE m.month BETWEEN $first AND $last
GROUP BY ALL
ORDER BY ALL

-- usage_grouped: metered usage rolled up per UTC day and per key that rules and register may look at.
-- in:  usage_priced (grain natural_key within source_name; costs in `currency`, NULL when unpriced)
-- out: one row per group_key; costs are sums of the priced rows, NULL when none is priced
-- check: sum(usage_rows) = rows of usage_priced
-- check: sum(list_cost, contracted_cost) = sum of usage_priced
SELECT
    g.group_key,
    g.source_name,
    g.billing_month,
    CAST(g.charge_period_start AS DATE)                              AS charge_date,
    min(g.charge_period_start)                                       AS charge_period_start,
    g.provider_name,
    g.billing_account_id,
    g.sub_account_id,
    g.api_key_id,
    g.project,
    g.team,
    g.environment,
    g.feature,
    g.workflow,
    g.use_case,
    g.cost_center,
    g.has_customer,
    g.agent_id,
    g.tool,
    g.eval_suite,
    g.operation,
    g.model,
    g.service_tier,
    g.not_bought,
    g.billing_mode,
    -- One call that another row tells of better names it; several name its source.
    CASE WHEN min(g.covered_by) = max(g.covered_by) THEN min(g.covered_by) ELSE g.covered_source END AS covered_by,
    g.currency,
    max(CASE WHEN g.is_price_estimated THEN 1 ELSE 0 END) = 1       AS is_price_estimated, -- of one row is of the group
    sum(g.list_cost)                                                 AS list_cost,
    sum(g.contracted_cost)                                           AS contracted_cost,
    count(*)                                                         AS usage_rows,
    count(g.unpriced_reason)                                         AS unpriced_rows,
    CAST(sum(g.input_tokens) AS BIGINT)                              AS input_tokens,
    CAST(sum(g.output_tokens) AS BIGINT)                             AS output_tokens
FROM usage_priced AS g
GROUP BY
    g.group_key, g.source_name, g.billing_month, CAST(g.charge_period_start AS DATE), g.provider_name, g.billing_account_id,
    g.sub_account_id, g.api_key_id, g.project, g.team, g.environment, g.feature, g.workflow, g.use_case, g.cost_center,
    g.has_customer, g.agent_id, g.tool, g.eval_suite, g.operation, g.model, g.service_tier, g.not_bought, g.billing_mode,
    g.covered_source, g.currency

-- usage_grouped: metered usage rolled up per UTC day and per key that rules and register may look at.
-- in:  lot_priced (costs in `currency`, NULL when unpriced)
-- out: one row per group_key; costs are sums of the priced rows, NULL when none is priced
-- check: sum(usage_rows) = rows of usage
-- check: sum(list_cost, contracted_cost) = sum of lot_priced
SELECT
    g.group_key,
    g.source_name,
    g.billing_month,
    g.charge_date,
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
    CASE WHEN min(g.covered_first) = max(g.covered_last) THEN min(g.covered_first) ELSE g.covered_source END AS covered_by,
    g.currency,
    max(CASE WHEN g.is_price_estimated THEN 1 ELSE 0 END) = 1       AS is_price_estimated, -- of one row is of the group
    CAST(sum(g.list_cost) AS DECIMAL(38,12))                         AS list_cost,
    CAST(sum(g.contracted_cost) AS DECIMAL(38,12))                   AS contracted_cost,
    CAST(sum(g.usage_rows) AS BIGINT)                                AS usage_rows,
    CAST(sum(CASE WHEN g.unpriced_reason IS NOT NULL THEN g.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
    CAST(sum(g.input_tokens) AS BIGINT)                              AS input_tokens,
    CAST(sum(g.output_tokens) AS BIGINT)                             AS output_tokens
FROM lot_priced AS g
GROUP BY
    g.group_key, g.source_name, g.billing_month, g.charge_date, g.provider_name, g.billing_account_id,
    g.sub_account_id, g.api_key_id, g.project, g.team, g.environment, g.feature, g.workflow, g.use_case, g.cost_center,
    g.has_customer, g.agent_id, g.tool, g.eval_suite, g.operation, g.model, g.service_tier, g.not_bought, g.billing_mode,
    g.covered_source, g.currency

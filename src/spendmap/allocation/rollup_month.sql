-- rollup_month: the read model of the pages, one row per month and all dimensions.
-- in:  allocation
-- out: sums per basis (NULL when every row lacks it) and how many rows lack it
-- check: sum(list_cost, contracted_cost, effective_cost, billed_cost) = sum of allocation
-- check: sum(rows) = rows of allocation
SELECT
    a.billing_month AS month,
    a.scope, a.category, a.layer, a.method, a.vendor, a.vendor_account, a.vendor_product, a.standing, a.supplier_name, a.provider_name, a.service_name,
    a.model, a.tool, a.agent, a.use_case, a.department, a.cost_center, a.owner, a.environment, a.source_name, a.origin,
    a.currency, a.evidence,
    CAST(sum(a.list_cost) AS DECIMAL(38,12))       AS list_cost,
    CAST(sum(a.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(a.effective_cost) AS DECIMAL(38,12))  AS effective_cost,
    CAST(sum(a.billed_cost) AS DECIMAL(38,12))     AS billed_cost,
    count(*) - count(a.list_cost)       AS list_missing,
    count(*) - count(a.contracted_cost) AS contracted_missing,
    count(*) - count(a.effective_cost)  AS effective_missing,
    count(*) - count(a.billed_cost)     AS billed_missing,
    count(*)                                AS rows,
    CAST(sum(a.usage_rows) AS BIGINT)       AS usage_rows,
    CAST(sum(a.unpriced_rows) AS BIGINT)    AS unpriced_rows,
    CAST(sum(a.input_tokens) AS BIGINT)     AS input_tokens,
    CAST(sum(a.output_tokens) AS BIGINT)    AS output_tokens,
    CAST(sum(a.minutes) AS DECIMAL(38,12))  AS minutes
FROM allocation AS a
GROUP BY
    a.billing_month, a.scope, a.category, a.layer, a.method, a.vendor, a.vendor_account, a.vendor_product, a.standing, a.supplier_name, a.provider_name,
    a.service_name, a.model, a.tool, a.agent, a.use_case, a.department, a.cost_center, a.owner, a.environment,
    a.source_name, a.origin, a.currency, a.evidence
ORDER BY
    a.billing_month, a.scope, a.category, a.layer, a.method, a.vendor, a.vendor_account, a.vendor_product, a.standing, a.supplier_name, a.provider_name,
    a.service_name, a.model, a.tool, a.agent, a.use_case, a.department, a.cost_center, a.owner, a.environment,
    a.source_name, a.origin, a.currency, a.evidence

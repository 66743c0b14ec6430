-- rollup_day: the daily series of money on the map (scope ai), for trends and movers.
-- in:  allocation
-- check: sum(list_cost, contracted_cost, effective_cost, billed_cost) = sum of allocation where scope = 'ai'
-- out: one row per day and the dimensions a page draws by day
SELECT
    a.charge_date,
    a.billing_month AS month,
    a.scope, a.category, a.vendor, a.model, a.department, a.use_case, a.tool, a.agent, a.currency, a.evidence,
    CAST(sum(a.list_cost) AS DECIMAL(38,12))       AS list_cost,
    CAST(sum(a.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(a.effective_cost) AS DECIMAL(38,12))  AS effective_cost,
    CAST(sum(a.billed_cost) AS DECIMAL(38,12))     AS billed_cost,
    count(*)                                AS rows,
    CAST(sum(a.usage_rows) AS BIGINT)       AS usage_rows,
    CAST(sum(a.unpriced_rows) AS BIGINT)    AS unpriced_rows
FROM allocation AS a
WHERE a.scope = 'ai'
GROUP BY
    a.charge_date, a.billing_month, a.scope, a.category, a.vendor, a.model, a.department, a.use_case, a.tool, a.agent,
    a.currency, a.evidence
ORDER BY
    a.charge_date, a.billing_month, a.scope, a.category, a.vendor, a.model, a.department, a.use_case, a.tool, a.agent,
    a.currency, a.evidence

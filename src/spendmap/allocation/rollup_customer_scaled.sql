-- rollup_customer_scaled: money of usage groups that is not the plain sum of their rows' own costs.
-- in:  usage_customer, allocation
-- out: one row per month, feature, use case, currency, evidence and account with the money to be shared by weight
-- note: with rollup_customer it adds up to the AI usage lines of allocation, on every basis
WITH grouped AS (
    SELECT g.source_name, g.group_key, g.feature, sum(g.list_cost) AS list_cost, sum(g.contracted_cost) AS contracted_cost
    FROM usage_customer AS g
    GROUP BY g.source_name, g.group_key, g.feature
)
SELECT
    a.billing_month AS month,
    g.feature,
    a.use_case,
    a.currency,
    a.evidence,
    a.vendor,
    a.vendor_account,
    CAST(sum(CASE WHEN a.list_cost = g.list_cost OR a.list_cost = g.contracted_cost THEN NULL ELSE a.list_cost END)
        AS DECIMAL(38,12)) AS list_cost,
    CAST(sum(CASE WHEN a.contracted_cost = g.list_cost OR a.contracted_cost = g.contracted_cost THEN NULL
        ELSE a.contracted_cost END) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(CASE WHEN a.effective_cost = g.list_cost OR a.effective_cost = g.contracted_cost THEN NULL
        ELSE a.effective_cost END) AS DECIMAL(38,12)) AS effective_cost,
    CAST(sum(CASE WHEN a.billed_cost = g.list_cost OR a.billed_cost = g.contracted_cost THEN NULL ELSE a.billed_cost END)
        AS DECIMAL(38,12)) AS billed_cost
FROM allocation AS a
JOIN grouped AS g ON g.group_key = a.origin_key AND g.source_name = a.source_name
WHERE a.scope = 'ai' AND a.origin = 'usage'
GROUP BY a.billing_month, g.feature, a.use_case, a.currency, a.evidence, a.vendor, a.vendor_account
HAVING
    count(CASE WHEN a.list_cost = g.list_cost OR a.list_cost = g.contracted_cost THEN NULL ELSE a.list_cost END) > 0
    OR count(CASE WHEN a.contracted_cost = g.list_cost OR a.contracted_cost = g.contracted_cost THEN NULL
        ELSE a.contracted_cost END) > 0
    OR count(CASE WHEN a.effective_cost = g.list_cost OR a.effective_cost = g.contracted_cost THEN NULL
        ELSE a.effective_cost END) > 0
    OR count(CASE WHEN a.billed_cost = g.list_cost OR a.billed_cost = g.contracted_cost THEN NULL ELSE a.billed_cost END)
        > 0
ORDER BY a.billing_month, g.feature, a.use_case, a.currency, a.evidence, a.vendor, a.vendor_account

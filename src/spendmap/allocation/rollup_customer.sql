-- rollup_customer: what metered usage costs by the customer and the feature it served, as the allocation counts it.
-- in:  usage_customer (usage by group and customer), allocation; a group's rows carry its money by their own metered cost
-- out: one row per month, customer, feature, use case, currency, evidence and account; costs are exact where the
--      group's money is the sum of its rows' own costs; where it is not (a bill split in proportion, a stated share)
--      the exact cost is left out, `<basis>_weight` holds the rows' metered cost and rollup_customer_scaled the money
-- note: costs here + rollup_customer_scaled = AI usage lines of allocation, on every basis
WITH grouped AS (
    SELECT g.source_name, g.group_key, sum(g.list_cost) AS list_cost, sum(g.contracted_cost) AS contracted_cost
    FROM usage_customer AS g
    GROUP BY g.source_name, g.group_key
),
carried AS (
    SELECT
        a.source_name, a.origin_key, a.use_case, a.currency, a.evidence, a.vendor, a.vendor_account,
        CASE WHEN a.list_cost IS NULL THEN 'none' WHEN a.list_cost = g.list_cost THEN 'list'
            WHEN a.list_cost = g.contracted_cost THEN 'contracted' ELSE 'scaled' END AS list_as,
        CASE WHEN a.contracted_cost IS NULL THEN 'none' WHEN a.contracted_cost = g.contracted_cost THEN 'contracted'
            WHEN a.contracted_cost = g.list_cost THEN 'list' ELSE 'scaled' END AS contracted_as,
        CASE WHEN a.effective_cost IS NULL THEN 'none' WHEN a.effective_cost = g.contracted_cost THEN 'contracted'
            WHEN a.effective_cost = g.list_cost THEN 'list' ELSE 'scaled' END AS effective_as,
        CASE WHEN a.billed_cost IS NULL THEN 'none' WHEN a.billed_cost = g.contracted_cost THEN 'contracted'
            WHEN a.billed_cost = g.list_cost THEN 'list' ELSE 'scaled' END AS billed_as
    FROM allocation AS a
    JOIN grouped AS g ON g.group_key = a.origin_key AND g.source_name = a.source_name
    WHERE a.scope = 'ai' AND a.origin = 'usage'
)
SELECT
    u.billing_month AS month,
    u.customer_id,
    u.feature,
    c.use_case,
    c.currency,
    c.evidence,
    c.vendor,
    c.vendor_account,
    CAST(sum(CASE c.list_as WHEN 'list' THEN u.list_cost WHEN 'contracted' THEN u.contracted_cost END)
        AS DECIMAL(38,12)) AS list_cost,
    CAST(sum(CASE c.contracted_as WHEN 'list' THEN u.list_cost WHEN 'contracted' THEN u.contracted_cost END)
        AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(CASE c.effective_as WHEN 'list' THEN u.list_cost WHEN 'contracted' THEN u.contracted_cost END)
        AS DECIMAL(38,12)) AS effective_cost,
    CAST(sum(CASE c.billed_as WHEN 'list' THEN u.list_cost WHEN 'contracted' THEN u.contracted_cost END)
        AS DECIMAL(38,12)) AS billed_cost,
    CAST(sum(CASE WHEN c.list_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38,12)) AS list_weight,
    CAST(sum(CASE WHEN c.contracted_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38,12)) AS contracted_weight,
    CAST(sum(CASE WHEN c.effective_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38,12)) AS effective_weight,
    CAST(sum(CASE WHEN c.billed_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38,12)) AS billed_weight,
    CAST(sum(u.usage_rows) AS BIGINT) AS usage_rows,
    CAST(sum(u.unpriced_rows) AS BIGINT) AS unpriced_rows,
    CAST(sum(u.input_tokens) AS BIGINT) AS input_tokens,
    CAST(sum(u.output_tokens) AS BIGINT) AS output_tokens
FROM usage_customer AS u
JOIN carried AS c ON c.origin_key = u.group_key AND c.source_name = u.source_name
GROUP BY
    u.billing_month, u.customer_id, u.feature, c.use_case, c.currency, c.evidence, c.vendor, c.vendor_account
ORDER BY
    u.billing_month, u.customer_id, u.feature, c.use_case, c.currency, c.evidence, c.vendor, c.vendor_account

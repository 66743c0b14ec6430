-- play_repriced: the same calls priced another way, by the same keys as play_calls.
-- in:  usage_actual (stored prices), repriced (the same rows, priced again), allocation
-- out: one row per workflow, model and currency; other_cost over the rows that have a price on both sides,
--      lost = rows that have one today and none, or one in another currency, the other way
-- check: rows join by natural key, so each row of the period meets itself
WITH carrier AS (
    SELECT
        a.origin_key, a.billing_month, min(a.category) AS category, min(a.use_case) AS use_case, min(a.agent) AS agent,
        min(a.tool) AS tool, min(a.owner) AS owner, min(a.department) AS department
    FROM allocation AS a
    WHERE a.origin = 'usage' AND a.scope = 'ai'
    GROUP BY a.origin_key, a.billing_month
),
compared AS (
    SELECT
        u.*,
        CASE WHEN coalesce(p.contracted_currency, p.price_currency) = u.currency THEN p.contracted_cost END AS other
    FROM usage_actual AS u
    JOIN repriced AS p
        ON p.source_name = u.source_name AND p.natural_key = u.natural_key AND p.billing_month = u.billing_month
)
SELECT
    c.category, c.use_case, c.agent, c.tool, c.owner, c.department,
    coalesce(u.price_provider, u.provider_name, '') AS provider,
    coalesce(u.price_model, u.model, '')            AS model,
    u.currency,
    CASE
        WHEN coalesce(u.service_tier, 'standard') <> 'standard' THEN 0
        WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings' THEN 1
        ELSE 0
    END AS offline,
    CAST(sum(CASE WHEN u.contracted_cost IS NOT NULL THEN u.other END) AS DECIMAL(38,12)) AS other_cost,
    CAST(coalesce(sum(CASE WHEN u.contracted_cost IS NOT NULL AND u.other IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS lost
FROM compared AS u
JOIN carrier AS c ON c.origin_key = u.group_key AND c.billing_month = u.billing_month
GROUP BY
    c.category, c.use_case, c.agent, c.tool, c.owner, c.department, coalesce(u.price_provider, u.provider_name, ''),
    coalesce(u.price_model, u.model, ''), u.currency,
    CASE
        WHEN coalesce(u.service_tier, 'standard') <> 'standard' THEN 0
        WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings' THEN 1
        ELSE 0
    END

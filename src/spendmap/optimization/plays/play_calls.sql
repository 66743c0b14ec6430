-- play_calls: metered AI calls of the period by who makes them and which model answers, as priced for the map.
-- in:  usage_actual (the stored `usage_priced`), allocation (who carries each group of usage)
-- out: one row per workflow, model and currency; costs at contract price, NULL when no call has one
-- check: sum of cost = contract price of all calls of scope ai
WITH carrier AS (
    SELECT
        a.origin_key, a.billing_month, min(a.category) AS category, min(a.use_case) AS use_case, min(a.agent) AS agent,
        min(a.tool) AS tool, min(a.owner) AS owner, min(a.department) AS department
    FROM allocation AS a
    WHERE a.origin = 'usage' AND a.scope = 'ai'
    GROUP BY a.origin_key, a.billing_month
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
    CAST(sum(coalesce(u.requests, 1)) AS BIGINT)                                                   AS calls,
    CAST(coalesce(sum(CASE WHEN u.status = 'error' THEN coalesce(u.requests, 1) END), 0) AS BIGINT) AS failed_calls,
    CAST(coalesce(sum(CASE WHEN u.is_retry THEN coalesce(u.requests, 1) END), 0) AS BIGINT)         AS retries,
    CAST(coalesce(sum(CASE WHEN u.contracted_cost IS NULL THEN coalesce(u.requests, 1) END), 0) AS BIGINT)
        AS unpriced_calls,
    CAST(coalesce(sum(u.input_uncached), 0) AS BIGINT)                                             AS input_uncached,
    CAST(coalesce(sum(u.cache_read), 0) AS BIGINT)                                                 AS cache_read,
    CAST(coalesce(sum(coalesce(u.cache_write_5m, 0) + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0)), 0)
        AS BIGINT)                                                                                 AS cache_write,
    CAST(coalesce(sum(u.output), 0) AS BIGINT)                                                     AS output,
    CAST(sum(u.contracted_cost) AS DECIMAL(38,12))                                                 AS cost,
    CAST(sum(CASE WHEN u.status = 'error' THEN u.contracted_cost END) AS DECIMAL(38,12))           AS failed_cost,
    CAST(sum(CASE WHEN u.is_retry THEN u.contracted_cost END) AS DECIMAL(38,12))                   AS retry_cost
FROM usage_actual AS u
JOIN carrier AS c ON c.origin_key = u.group_key AND c.billing_month = u.billing_month
GROUP BY
    c.category, c.use_case, c.agent, c.tool, c.owner, c.department, coalesce(u.price_provider, u.provider_name, ''),
    coalesce(u.price_model, u.model, ''), u.currency,
    CASE
        WHEN coalesce(u.service_tier, 'standard') <> 'standard' THEN 0
        WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings' THEN 1
        ELSE 0
    END
ORDER BY cost DESC NULLS LAST, category, use_case, agent, tool, owner, department, provider, model, u.currency, offline

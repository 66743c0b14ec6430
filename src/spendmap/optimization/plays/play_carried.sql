-- play_carried: metered AI calls of the period by shape, each with who carries it and which model answered.
-- in:  usage_actual (the stored `usage_shape`), allocation (who carries each group of usage)
-- out: one row per shape of scope ai; tokens, calls and costs are of all its rows; offline = 1 where no person waits for
--      a call of the standard tier
-- check: unique(billing_month, shape)
-- note: every group of usage has one carrier, so no shape comes twice
WITH carrier AS (
    SELECT
        a.origin_key, a.billing_month, min(a.category) AS category, min(a.use_case) AS use_case, min(a.agent) AS agent,
        min(a.tool) AS tool, min(a.owner) AS owner, min(a.department) AS department
    FROM allocation AS a
    WHERE a.origin = 'usage' AND a.scope = 'ai'
    GROUP BY a.origin_key, a.billing_month
)
SELECT
    u.billing_month, u.shape, u.copies,
    c.category, c.use_case, c.agent, c.tool, c.owner, c.department,
    coalesce(u.price_provider, u.provider_name, '')   AS provider,
    coalesce(u.price_model, u.response_model, '')     AS model,
    u.currency,
    CASE
        WHEN coalesce(u.service_tier, 'standard') <> 'standard' THEN 0
        WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings' THEN 1
        ELSE 0
    END AS offline,
    u.first_calls + u.retries + u.unstated_calls      AS calls,
    u.failed_calls,
    u.retries,
    u.copies * coalesce(u.input_uncached, 0)          AS input_uncached,
    u.copies * coalesce(u.cache_read, 0)              AS cache_read,
    u.copies * (coalesce(u.cache_write_5m, 0) + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0))
        AS cache_write,
    u.copies * coalesce(u.output, 0)                  AS output,
    u.contracted_cost,
    u.failed_cost,
    u.retry_cost
FROM usage_actual AS u
JOIN carrier AS c ON c.origin_key = u.group_key AND c.billing_month = u.billing_month

-- play_carried: metered AI calls of the period, each with who carries it and which model answered.
-- in:  usage_actual (the stored `usage_priced`), allocation (who carries each group of usage)
-- out: one row per usage row of scope ai; offline = 1 where no person waits for a call of the standard tier
-- check: unique(source_name, natural_key)
-- note: every group of usage has one carrier, so no row comes twice
WITH carrier AS (
    SELECT
        a.origin_key, a.billing_month, min(a.category) AS category, min(a.use_case) AS use_case, min(a.agent) AS agent,
        min(a.tool) AS tool, min(a.owner) AS owner, min(a.department) AS department
    FROM allocation AS a
    WHERE a.origin = 'usage' AND a.scope = 'ai'
    GROUP BY a.origin_key, a.billing_month
)
SELECT
    u.source_name, u.natural_key, u.billing_month,
    c.category, c.use_case, c.agent, c.tool, c.owner, c.department,
    coalesce(u.price_provider, u.provider_name, '') AS provider,
    coalesce(u.price_model, u.model, '')            AS model,
    u.currency,
    CASE
        WHEN coalesce(u.service_tier, 'standard') <> 'standard' THEN 0
        WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings' THEN 1
        ELSE 0
    END AS offline,
    u.requests, u.status, u.is_retry, u.input_uncached, u.cache_read, u.cache_write_5m, u.cache_write_1h,
    u.cache_write_other, u.output, u.contracted_cost
FROM usage_actual AS u
JOIN carrier AS c ON c.origin_key = u.group_key AND c.billing_month = u.billing_month

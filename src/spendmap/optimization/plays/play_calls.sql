-- play_calls: metered AI calls of the period by who makes them and which model answers, as priced for the map.
-- in:  play_carried
-- out: one row per workflow, model and currency; costs at contract price, NULL when no call has one
-- check: sum(cost) = sum(contracted_cost) of play_carried
SELECT
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline,
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
FROM play_carried AS u
GROUP BY
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline

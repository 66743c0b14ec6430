-- play_calls: metered AI calls of the period by who makes them and which model answers, as priced for the map.
-- in:  play_carried
-- out: one row per workflow, model and currency; costs at contract price, NULL when no call has one
-- check: sum(cost) = sum(contracted_cost) of play_carried
SELECT
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline,
    CAST(sum(u.calls) AS BIGINT)                                                           AS calls,
    CAST(sum(u.failed_calls) AS BIGINT)                                                    AS failed_calls,
    CAST(sum(u.retries) AS BIGINT)                                                         AS retries,
    CAST(sum(CASE WHEN u.contracted_cost IS NULL THEN u.calls ELSE 0 END) AS BIGINT)       AS unpriced_calls,
    CAST(sum(u.input_uncached) AS BIGINT)                                                  AS input_uncached,
    CAST(sum(u.cache_read) AS BIGINT)                                                      AS cache_read,
    CAST(sum(u.cache_write) AS BIGINT)                                                     AS cache_write,
    CAST(sum(u.output) AS BIGINT)                                                          AS output,
    CAST(sum(u.contracted_cost) AS DECIMAL(38,12))                                         AS cost,
    CAST(sum(u.failed_cost) AS DECIMAL(38,12))                                             AS failed_cost,
    CAST(sum(u.retry_cost) AS DECIMAL(38,12))                                              AS retry_cost
FROM play_carried AS u
GROUP BY
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline

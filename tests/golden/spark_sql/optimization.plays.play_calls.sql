SELECT
  u.category,
  u.use_case,
  u.agent,
  u.tool,
  u.owner,
  u.department,
  u.provider,
  u.model,
  u.currency,
  u.offline,
  CAST(SUM(COALESCE(u.requests, 1)) AS BIGINT) AS calls,
  CAST(COALESCE(SUM(CASE WHEN u.status = 'error' THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS failed_calls,
  CAST(COALESCE(SUM(CASE WHEN u.is_retry THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS retries,
  CAST(COALESCE(SUM(CASE WHEN u.contracted_cost IS NULL THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS unpriced_calls,
  CAST(COALESCE(SUM(u.input_uncached), 0) AS BIGINT) AS input_uncached,
  CAST(COALESCE(SUM(u.cache_read), 0) AS BIGINT) AS cache_read,
  CAST(COALESCE(
    SUM(
      COALESCE(u.cache_write_5m, 0) + COALESCE(u.cache_write_1h, 0) + COALESCE(u.cache_write_other, 0)
    ),
    0
  ) AS BIGINT) AS cache_write,
  CAST(COALESCE(SUM(u.output), 0) AS BIGINT) AS output,
  CAST(SUM(u.contracted_cost) AS DECIMAL(38, 12)) AS cost,
  CAST(SUM(CASE WHEN u.status = 'error' THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS failed_cost,
  CAST(SUM(CASE WHEN u.is_retry THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS retry_cost
FROM play_carried AS u
GROUP BY
  u.category,
  u.use_case,
  u.agent,
  u.tool,
  u.owner,
  u.department,
  u.provider,
  u.model,
  u.currency,
  u.offline

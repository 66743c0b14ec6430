SELECT
  CAST(COALESCE(SUM(s.retries), 0) AS BIGINT) AS retries,
  CAST(COALESCE(SUM(s.first_calls), 0) AS BIGINT) AS first_calls,
  CAST(COALESCE(SUM(s.unstated_calls), 0) AS BIGINT) AS unstated_calls
FROM usage_shape AS s

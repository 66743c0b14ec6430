SELECT
  CAST(COALESCE(SUM(CASE WHEN u.is_retry THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS retries,
  CAST(COALESCE(SUM(CASE WHEN NOT u.is_retry THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS first_calls,
  CAST(COALESCE(SUM(CASE WHEN u.is_retry IS NULL THEN COALESCE(u.requests, 1) END), 0) AS BIGINT) AS unstated_calls
FROM usage AS u

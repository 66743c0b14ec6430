-- shape_called: how many calls were first attempts, retries, or of sources that do not say. See replay_called.
-- in:  usage_shape (the months asked for)
-- out: one row
SELECT
    CAST(coalesce(sum(s.retries), 0) AS BIGINT)        AS retries,
    CAST(coalesce(sum(s.first_calls), 0) AS BIGINT)    AS first_calls,
    CAST(coalesce(sum(s.unstated_calls), 0) AS BIGINT) AS unstated_calls
FROM usage_shape AS s

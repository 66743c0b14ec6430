-- replay_called: how many calls were first attempts, retries, or of sources that do not say.
-- in:  usage (the months asked for)
-- out: one row; a row that states no number of calls is one call
SELECT
    CAST(coalesce(sum(CASE WHEN u.is_retry THEN coalesce(u.requests, 1) END), 0) AS BIGINT)     AS retries,
    CAST(coalesce(sum(CASE WHEN NOT u.is_retry THEN coalesce(u.requests, 1) END), 0) AS BIGINT) AS first_calls,
    CAST(coalesce(sum(CASE WHEN u.is_retry IS NULL THEN coalesce(u.requests, 1) END), 0) AS BIGINT) AS unstated_calls
FROM usage AS u

-- driver_usage: what the use cases of a month did: metered calls, their tokens, and people's minutes.
-- in:  allocation
-- out: one row per month and use case that AI rows carry; money is not read
SELECT
    a.billing_month AS month,
    a.use_case,
    CAST(coalesce(sum(CASE WHEN a.origin = 'usage' THEN a.usage_rows END), 0) AS DECIMAL(38,12)) AS requests,
    CAST(coalesce(sum(CASE WHEN a.origin = 'usage' THEN coalesce(a.input_tokens, 0) + coalesce(a.output_tokens, 0) END), 0)
        AS DECIMAL(38,12)) AS tokens,
    CAST(coalesce(sum(CASE WHEN a.origin = 'activity' THEN a.minutes END), 0) AS DECIMAL(38,12)) AS minutes
FROM allocation AS a
WHERE a.scope = 'ai' AND a.use_case IS NOT NULL
GROUP BY a.billing_month, a.use_case
ORDER BY a.billing_month, a.use_case

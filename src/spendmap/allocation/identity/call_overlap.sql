-- call_overlap: per month what two sources both saw, what is perhaps counted twice, and which failures nobody can judge.
-- in:  usage_priced, call_twice, call_perhaps
-- out: see `overlap.IDENTITY`; `all` only of sources that share a call with another
WITH pair AS (
    SELECT
        CASE WHEN t.known_by = 'id' THEN 'same' ELSE 'declared' END AS kind,
        t.source_name, t.natural_key, t.by_source
    FROM call_twice AS t
    UNION ALL
    SELECT 'perhaps' AS kind, p.source_name, p.natural_key, p.by_source
    FROM call_perhaps AS p
),
told AS (
    SELECT
        u.billing_month AS month, p.kind, p.by_source AS source_a, p.source_name AS source_b, u.provider_name, u.currency,
        u.input_tokens + u.output_tokens AS tokens, u.contracted_cost
    FROM pair AS p
    JOIN usage_priced AS u ON u.source_name = p.source_name AND u.natural_key = p.natural_key
    UNION ALL
    SELECT
        u.billing_month AS month, 'failed' AS kind, u.source_name AS source_a, CAST(NULL AS VARCHAR) AS source_b,
        u.provider_name, u.currency, u.input_tokens + u.output_tokens AS tokens, u.contracted_cost
    FROM usage_priced AS u
    WHERE u.status = 'error' AND u.not_bought IS NULL AND u.covered_by IS NULL AND u.provider_reported_cost IS NULL
        AND u.input_tokens > 0 AND u.output_tokens = 0
    UNION ALL
    SELECT
        u.billing_month AS month, 'all' AS kind, u.source_name AS source_a, CAST(NULL AS VARCHAR) AS source_b,
        CAST(NULL AS VARCHAR) AS provider_name, CAST(NULL AS VARCHAR) AS currency,
        u.input_tokens + u.output_tokens AS tokens, CAST(NULL AS DECIMAL(28,12)) AS contracted_cost
    FROM usage_priced AS u
    JOIN (
        SELECT p.source_name FROM pair AS p
        UNION
        SELECT p.by_source AS source_name FROM pair AS p
    ) AS s ON s.source_name = u.source_name
)
SELECT
    t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency,
    count(*) AS calls,
    CAST(sum(t.tokens) AS BIGINT) AS tokens,
    CASE WHEN t.kind = 'all' THEN 0 ELSE count(*) - count(t.contracted_cost) END AS unpriced_calls,
    CAST(sum(t.contracted_cost) AS DECIMAL(38,12)) AS amount
FROM told AS t
GROUP BY t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency
ORDER BY t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency

-- call_overlap: per month what two sources both saw, what is perhaps counted twice, and which failures nobody can judge.
-- in:  lot_priced, call_twice, call_perhaps
-- out: see `overlap.IDENTITY`; `all` only of sources that share a call with another
WITH told AS (
    SELECT
        u.billing_month AS month, CASE WHEN u.covered_how = 'id' THEN 'same' ELSE 'declared' END AS kind,
        u.covered_source AS source_a, u.source_name AS source_b, u.provider_name, u.currency, u.usage_rows,
        u.input_tokens + u.output_tokens AS tokens, u.contracted_cost
    FROM lot_priced AS u
    WHERE u.covered_source IS NOT NULL
    UNION ALL
    SELECT
        u.billing_month AS month, 'perhaps' AS kind, u.perhaps_source AS source_a, u.source_name AS source_b,
        u.provider_name, u.currency, u.usage_rows, u.input_tokens + u.output_tokens AS tokens, u.contracted_cost
    FROM lot_priced AS u
    WHERE u.perhaps_source IS NOT NULL
    UNION ALL
    SELECT
        u.billing_month AS month, 'failed' AS kind, u.source_name AS source_a, CAST(NULL AS VARCHAR) AS source_b,
        u.provider_name, u.currency, u.usage_rows, u.input_tokens + u.output_tokens AS tokens, u.contracted_cost
    FROM lot_priced AS u
    WHERE u.failure = 1 AND u.not_bought IS NULL AND u.covered_source IS NULL -- rows of one lot are alike in these
        AND u.input_tokens > 0 AND u.output_tokens = 0
    UNION ALL
    SELECT
        u.billing_month AS month, 'all' AS kind, u.source_name AS source_a, CAST(NULL AS VARCHAR) AS source_b,
        CAST(NULL AS VARCHAR) AS provider_name, CAST(NULL AS VARCHAR) AS currency, u.usage_rows,
        u.input_tokens + u.output_tokens AS tokens, CAST(NULL AS DECIMAL(38,12)) AS contracted_cost
    FROM lot_priced AS u
    JOIN (
        SELECT t.source_name FROM call_twice AS t
        UNION
        SELECT t.by_source AS source_name FROM call_twice AS t
        UNION
        SELECT p.source_name FROM call_perhaps AS p
        UNION
        SELECT p.by_source AS source_name FROM call_perhaps AS p
    ) AS s ON s.source_name = u.source_name
)
SELECT
    t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency,
    CAST(sum(t.usage_rows) AS BIGINT) AS calls,
    CAST(sum(t.tokens) AS BIGINT) AS tokens,
    CAST(sum(CASE WHEN t.kind <> 'all' AND t.contracted_cost IS NULL THEN t.usage_rows ELSE 0 END) AS BIGINT)
        AS unpriced_calls,
    CAST(sum(t.contracted_cost) AS DECIMAL(38,12)) AS amount
FROM told AS t
GROUP BY t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency
ORDER BY t.month, t.kind, t.source_a, t.source_b, t.provider_name, t.currency

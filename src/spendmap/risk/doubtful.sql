-- doubtful: calls that count and are perhaps counted twice, or failed and were perhaps not bought.
-- in:  identity (published), $first and $last month, both inside
-- out: one row per kind, source, other source and currency; amount NULL when no call has a price
SELECT
    i.kind, i.source_a AS source, i.source_b AS other, CAST(sum(i.calls) AS BIGINT) AS calls,
    CAST(sum(i.tokens) AS BIGINT) AS tokens, CAST(sum(i.unpriced_calls) AS BIGINT) AS unpriced_calls,
    sum(i.amount) AS amount, i.currency
FROM identity AS i
WHERE i.kind IN ('perhaps', 'failed') AND i.month BETWEEN $first AND $last
GROUP BY i.kind, i.source_a, i.source_b, i.currency
ORDER BY i.kind, i.source_a, i.source_b, i.currency

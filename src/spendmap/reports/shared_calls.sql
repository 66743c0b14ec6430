-- shared_calls: what two sources both saw, over all published months.
-- in:  identity (published)
-- out: one row per pair of sources and way it is known, with all calls and tokens of each of the two in those months
SELECT
    i.source_a AS source, i.source_b AS other, i.kind,
    CAST(sum(i.calls) AS BIGINT) AS calls,
    CAST(sum(i.tokens) AS BIGINT) AS tokens,
    max(a.calls) AS source_calls, max(a.tokens) AS source_tokens,
    max(b.calls) AS other_calls, max(b.tokens) AS other_tokens
FROM identity AS i
JOIN (
    SELECT t.source_a, CAST(sum(t.calls) AS BIGINT) AS calls, CAST(sum(t.tokens) AS BIGINT) AS tokens
    FROM identity AS t WHERE t.kind = 'all' GROUP BY t.source_a
) AS a ON a.source_a = i.source_a
JOIN (
    SELECT t.source_a, CAST(sum(t.calls) AS BIGINT) AS calls, CAST(sum(t.tokens) AS BIGINT) AS tokens
    FROM identity AS t WHERE t.kind = 'all' GROUP BY t.source_a
) AS b ON b.source_a = i.source_b
WHERE i.kind IN ('same', 'declared', 'perhaps')
GROUP BY i.source_a, i.source_b, i.kind
ORDER BY i.source_a, i.source_b, i.kind

-- direct_cost: AI money of a period by use case, category, layer and evidence; use_case NULL = nobody's own.
-- in:  month, $first and $last month, both inside, $currency
SELECT
    m.use_case, m.category, m.layer, m.evidence,
    CAST(sum(m.{cost}) AS DECIMAL(38,12)) AS cost,
    CAST(sum(m.rows) AS BIGINT) AS rows,
    CAST(sum(m.{missing}) AS BIGINT) AS missing
FROM month AS m
WHERE m.scope = 'ai' AND m.month BETWEEN $first AND $last AND m.currency = $currency
GROUP BY m.use_case, m.category, m.layer, m.evidence
ORDER BY m.use_case, m.category, m.layer, m.evidence

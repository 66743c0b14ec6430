-- graded: AI money of a period by category, source and evidence grade.
-- in:  month (published), $first and $last month, both inside
-- out: one row per category, source, grade and currency; cost NULL where no row has one
SELECT
    m.category, m.source_name AS source, m.evidence, m.currency,
    sum(m.effective_cost) AS cost, CAST(sum(m.unpriced_rows) AS BIGINT) AS unpriced_rows
FROM month AS m
WHERE m.scope = 'ai' AND m.month BETWEEN $first AND $last
GROUP BY m.category, m.source_name, m.evidence, m.currency
ORDER BY ALL

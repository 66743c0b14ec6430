-- contributing_summary: the allocation rows behind a figure, by everything that decided them.
-- in:  allocation (grain: share of one charge or usage group); figure and conditions by the reader, values by parameter
-- out: one row per grade, method and rules; missing = rows without a cost on this basis
SELECT
    origin,
    evidence,
    method,
    scope_rule,
    category_rule,
    attribution_rule,
    COUNT(*) AS rows,
    SUM({cost}) AS cost,
    COUNT(*) - COUNT({cost}) AS missing,
    COALESCE(SUM(usage_rows), 0) AS usage_rows,
    COALESCE(SUM(unpriced_rows), 0) AS unpriced_rows
FROM allocation
WHERE currency = $currency AND billing_month BETWEEN $first AND $last AND {figure} AND {where}
GROUP BY ALL

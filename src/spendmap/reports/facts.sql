-- facts: AI money by month and category, cut by everything the headline, the strip and the coverage figures ask.
-- in:  month; basis by name, windows and conditions by parameter
-- out: one row per month, category, grade and the four claims; cost NULL where no row of it has one
SELECT
    month,
    category,
    evidence,
    owner IS NOT NULL AS is_owned,
    COALESCE(department, cost_center) IS NOT NULL AS is_allocated,
    COALESCE(use_case, agent, tool, department) IS NULL AS is_unallocated,
    method IS NOT DISTINCT FROM 'dark' AS is_dark,
    SUM({cost}) AS cost,
    SUM({missing}) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM month
WHERE scope = 'ai' AND currency = $currency
    AND (month BETWEEN $strip_first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL

-- facts: AI money by month and category, by grade, and by what the coverage figures ask.
-- in:  month; basis by name, conditions by parameter
-- out: one row per month, category, grade and the four claims, of every month; cost NULL where no row of it has one
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
WHERE scope = 'ai' AND currency = $currency AND {where}
GROUP BY ALL

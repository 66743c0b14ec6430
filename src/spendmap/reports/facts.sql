-- facts: AI money by month and category; in the period itself also by grade and by what the coverage figures ask.
-- in:  month; basis by name, windows and conditions by parameter; $low..$last spans every month that is read
-- out: one row per month, category, grade and the four claims; cost NULL where no row of it has one
SELECT
    month,
    category,
    CASE WHEN month >= $first THEN evidence END AS evidence,
    month >= $first AND owner IS NOT NULL AS is_owned,
    month >= $first AND COALESCE(department, cost_center) IS NOT NULL AS is_allocated,
    month >= $first AND COALESCE(use_case, agent, tool, department) IS NULL AS is_unallocated,
    month >= $first AND method IS NOT DISTINCT FROM 'dark' AS is_dark,
    SUM({cost}) AS cost,
    SUM({missing}) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM month
WHERE scope = 'ai' AND currency = $currency AND month >= $low AND month <= $high
    AND (month BETWEEN $strip_first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL

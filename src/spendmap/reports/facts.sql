-- facts: AI money by month and category, cut by everything the headline, the strip and the coverage figures ask.
-- in:  selected
-- out: one row per month, category, grade and the four claims
SELECT
    month,
    category,
    evidence,
    is_owned,
    is_allocated,
    is_unallocated,
    is_dark,
    SUM(cost) AS cost,
    SUM(missing) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM selected
WHERE scope = 'ai'
GROUP BY ALL

-- grouped: AI money by the groups asked for and by evidence, in the period and in the one it is compared with.
-- in:  selected; the windows by parameter
-- out: one row per group, evidence grade and window; cost NULL where no row of it has one
SELECT
    {keys},
    evidence,
    month BETWEEN $first AND $last AS is_now,
    month BETWEEN $previous_first AND $previous_last AS is_before,
    SUM(cost) AS cost,
    SUM(missing) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM selected
WHERE scope = 'ai'
GROUP BY ALL

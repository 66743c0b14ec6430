-- grouped: AI money by the groups asked for and by evidence, in one window of months.
-- in:  selected
-- out: one row per group and evidence grade; cost NULL where no row of it has one
SELECT
    {keys},
    evidence,
    SUM(cost) AS cost,
    SUM(missing) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM selected
WHERE scope = 'ai' AND month BETWEEN $from AND $to
GROUP BY {keys}, evidence

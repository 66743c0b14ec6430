-- rollup_figure: a figure as the map shows it, from the roll-up.
-- in:  month
-- out: one row: the sum, and the roll-up rows and allocation rows behind it
SELECT SUM({cost}) AS cost, COALESCE(SUM(rows), 0) AS rows, COALESCE(SUM({missing}), 0) AS missing
FROM month
WHERE currency = $currency AND month BETWEEN $first AND $last AND {figure} AND {where}

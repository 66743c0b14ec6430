-- captured: all money of the period by scope; ai + not_ai + covered = captured. Payments of a card's own bill are no
--           purchase and stand apart.
-- in:  selected
-- out: one row per scope, and one for settlements
SELECT CASE WHEN standing = 'settlement' THEN standing ELSE scope END AS scope, SUM(cost) AS cost, SUM(rows) AS rows
FROM selected
WHERE month BETWEEN $first AND $last
GROUP BY 1

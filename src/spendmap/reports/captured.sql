-- captured: all money of the period by scope; ai + not_ai + covered = captured.
-- in:  selected
-- out: one row per scope
SELECT scope, SUM(cost) AS cost
FROM selected
WHERE month BETWEEN $first AND $last
GROUP BY scope

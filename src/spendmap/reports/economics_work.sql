-- economics_work: human review by use case.
-- in:  work; {cost} a basis
SELECT w.use_case, sum(w.minutes) AS minutes, sum(w.{cost}) AS cost
FROM work AS w
WHERE w.month BETWEEN $first AND $last AND w.currency = $currency
GROUP BY w.use_case

-- economics_series: cost by layer, and accepted runs (layer NULL), of each use case and month.
-- in:  cost, outcome; {cost} a basis
SELECT c.use_case, c.month, c.layer, sum(c.{cost}) AS value
FROM cost AS c
WHERE c.month BETWEEN $first AND $last AND c.currency = $currency AND c.use_case IS NOT NULL
GROUP BY c.use_case, c.month, c.layer
UNION ALL
SELECT o.use_case, o.month, CAST(NULL AS VARCHAR) AS layer, sum(o.quantity) AS value
FROM outcome AS o
WHERE o.month BETWEEN $first AND $last AND o.outcome_kind = 'workflow_run' AND o.outcome_result = 'accepted'
    AND o.use_case IS NOT NULL
GROUP BY o.use_case, o.month

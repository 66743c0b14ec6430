-- economics_use: product use and account events by one key.
-- in:  outcome; {key} a column of it
SELECT {key} AS key, o.outcome_kind AS kind, o.outcome_result AS result, o.unit, sum(o.quantity) AS quantity
FROM outcome AS o
WHERE o.month BETWEEN $first AND $last AND o.outcome_kind IN ('product_usage', 'account_event')
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4

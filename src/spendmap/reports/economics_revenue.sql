-- economics_revenue: stated revenue by one key.
-- in:  outcome; {key} a column of it
SELECT {key} AS key, sum(o.amount) AS amount, sum(CASE WHEN o.month = $last THEN o.amount END) AS last_month
FROM outcome AS o
WHERE o.month BETWEEN $first AND $last AND o.outcome_kind = 'revenue' AND o.currency = $currency
GROUP BY 1
ORDER BY 1

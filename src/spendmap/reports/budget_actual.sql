-- budget_actual: AI money of some months that a budget is for.
-- in:  month; basis by name, conditions by parameter
-- out: one row
SELECT SUM({cost}) AS cost
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $from AND $to AND {where}

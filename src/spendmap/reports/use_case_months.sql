-- use_case_months: AI money of each use case and month that carries its name.
-- in:  month; basis by name, conditions by parameter
-- out: one row per use case x month
SELECT use_case, month, SUM({cost}) AS cost
FROM month
WHERE scope = 'ai' AND currency = $currency AND use_case IS NOT NULL AND month BETWEEN $from AND $to AND {where}
GROUP BY use_case, month

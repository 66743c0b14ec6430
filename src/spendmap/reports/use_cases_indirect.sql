-- use_cases_indirect: what reaches every use case of the money that has none, in one pass.
-- in:  split; basis by name, currency and window by parameter
-- out: one row per use case; missing = rows whose cost is unknown on this basis
SELECT use_case, SUM({cost}) AS cost, COUNT(*) - COUNT({cost}) AS missing, COUNT(*) AS rows
FROM split
WHERE use_case IS NOT NULL AND currency = $currency AND month BETWEEN $first AND $last
GROUP BY use_case
ORDER BY use_case

-- not_ai_top: the biggest suppliers no rule called AI, for a person to confirm.
-- in:  selected
-- out: at most ten rows, biggest first
SELECT COALESCE(supplier_name, vendor, provider_name) AS supplier, SUM(cost) AS cost, SUM(rows) AS rows
FROM selected
WHERE scope = 'not_ai' AND standing IS DISTINCT FROM 'settlement' AND month BETWEEN $first AND $last
GROUP BY 1
HAVING SUM(cost) IS NOT NULL
ORDER BY cost DESC, supplier
LIMIT 10

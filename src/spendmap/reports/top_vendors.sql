-- top_vendors: who is paid in each category of the period.
-- in:  selected
-- out: one row per category and vendor, biggest first
SELECT category, vendor, SUM(cost) AS cost
FROM selected
WHERE scope = 'ai' AND month BETWEEN $first AND $last
GROUP BY category, vendor
HAVING SUM(cost) IS NOT NULL
ORDER BY cost DESC, vendor

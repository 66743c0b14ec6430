-- top_priced_vendor: the vendor that most money of model calls goes to.
-- in:  month; basis by name, conditions by parameter
-- out: at most one row
SELECT vendor
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $first AND $last
    AND vendor IS NOT NULL AND model IS NOT NULL AND {where}
GROUP BY vendor
HAVING SUM({cost}) > 0
ORDER BY SUM({cost}) DESC, vendor
LIMIT 1

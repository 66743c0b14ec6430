-- flows: AI money of the period from vendor through category to department.
-- in:  month; basis by name, window and conditions by parameter
-- out: one row per vendor, category and department of the period
SELECT vendor, category, department, SUM({cost}) AS cost
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $first AND $last AND {where}
GROUP BY vendor, category, department

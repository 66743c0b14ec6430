-- grouped_months: AI money by one dimension and month.
-- in:  month; dimension and basis by name, window and conditions by parameter
-- out: one row per value and month; cost NULL where no row of it has one
SELECT {keys} AS value, month, SUM({cost}) AS cost
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $strip_first AND $last AND {where}
GROUP BY 1, 2

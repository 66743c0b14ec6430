-- month_totals: AI money of each month in one currency.
-- in:  month; basis by name, conditions by parameter
-- out: one row per month; cost NULL where no row has one
SELECT month, SUM({cost}) AS cost, SUM({missing}) AS missing
FROM month
WHERE scope = 'ai' AND currency = $currency AND month <= $until AND {where}
GROUP BY month
ORDER BY month

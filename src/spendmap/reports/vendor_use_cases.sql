-- vendor_use_cases: AI money of the period by vendor and the use case that it carries.
-- in:  month; basis by name, window, currency and conditions by parameter
-- out: one row per vendor and use case (NULL: money without one); cost NULL when no row of it has one
-- note: costs of a vendor add up to its cost in vendor_money, this period
SELECT vendor, use_case, SUM({cost}) AS cost, CAST(SUM({missing}) AS BIGINT) AS missing, CAST(SUM(rows) AS BIGINT) AS rows
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $first AND $last AND {where}
GROUP BY ALL
ORDER BY ALL

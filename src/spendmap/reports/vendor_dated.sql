-- vendor_dated: one vendor's AI money by month, account and model, over the months that a page draws.
-- in:  month; basis by name, $vendor, window, currency and conditions by parameter
-- out: one row per month, account and model; cost NULL when no row of it has one
SELECT month, vendor_account, model, SUM({cost}) AS cost, CAST(SUM(rows) AS BIGINT) AS rows
FROM month
WHERE scope = 'ai' AND currency = $currency AND vendor = $vendor AND month BETWEEN $strip_first AND $last AND {where}
GROUP BY ALL
ORDER BY ALL

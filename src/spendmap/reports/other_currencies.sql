-- other_currencies: money of the period in currencies the map does not show; never added to it.
-- in:  month; basis by name, window and conditions by parameter
-- out: one row per currency and scope
SELECT currency, scope, SUM({cost}) AS cost
FROM month
WHERE currency <> $currency AND standing IS DISTINCT FROM 'settlement' AND month BETWEEN $first AND $last AND {where}
GROUP BY currency, scope
ORDER BY currency, scope

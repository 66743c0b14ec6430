-- vendor_money: AI money of the period and of the one it is compared with, by vendor and tool.
-- in:  month; basis by name, windows, currency and conditions by parameter
-- out: one row per window, vendor, tool, department, category, whether a use case or agent calls it, and grade; cost NULL when no row of it has one
SELECT
    month BETWEEN $first AND $last AS is_now,
    vendor,
    tool,
    department,
    category,
    use_case IS NOT NULL OR agent IS NOT NULL AS is_called,
    evidence,
    SUM({cost}) AS cost,
    CAST(SUM({missing}) AS BIGINT) AS missing,
    CAST(SUM(rows) AS BIGINT) AS rows
FROM month
WHERE scope = 'ai' AND currency = $currency
    AND (month BETWEEN $first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL
ORDER BY ALL

-- dark: billed money that no telemetry explains, by vendor account.
-- in:  selected
-- out: one row per vendor account, biggest first
SELECT vendor, vendor_account, SUM(cost) AS cost
FROM selected
WHERE scope = 'ai' AND method = 'dark' AND month BETWEEN $first AND $last
GROUP BY vendor, vendor_account
ORDER BY cost DESC NULLS LAST, vendor, vendor_account

-- reconcile_metered: contract price of usage that carries a bill in proportion, since its roll-up holds the bill's money.
-- in:  usage_grouped, allocation (the months asked for)
-- out: one row per vendor, account, currency and month
SELECT a.vendor, a.vendor_account, u.currency, u.billing_month AS month, sum(u.contracted_cost) AS metered
FROM usage_grouped AS u
JOIN (
    SELECT DISTINCT origin_key, billing_month, vendor, vendor_account
    FROM allocation
    WHERE origin = 'usage' AND method = 'proportional'
) AS a ON a.origin_key = u.group_key AND a.billing_month = u.billing_month
GROUP BY a.vendor, a.vendor_account, u.currency, u.billing_month
ORDER BY a.vendor, a.vendor_account, u.currency, u.billing_month

-- metered: metered usage and priced seats per vendor, account, tool and day, at contract price.
-- in:  attributed
-- out: one row per origin, vendor, account, tool, day, currency; is_plan: paid by a flat fee, so its price is an equivalent
SELECT
    a.origin, a.vendor, a.vendor_account, coalesce(a.account_id, '') AS account_id, coalesce(a.tool, '') AS tool,
    a.billing_month, a.charge_date, a.currency, a.billing_mode IS NOT NULL AND a.billing_mode = 'plan' AS is_plan,
    sum(a.contracted_cost) AS cost
FROM attributed AS a
WHERE a.origin IN ('usage', 'utilization') AND a.scope = 'ai' AND a.vendor IS NOT NULL AND a.contracted_cost IS NOT NULL
    AND a.covered_by IS NULL
GROUP BY
    a.origin, a.vendor, a.vendor_account, coalesce(a.account_id, ''), coalesce(a.tool, ''), a.billing_month, a.charge_date,
    a.currency, a.billing_mode IS NOT NULL AND a.billing_mode = 'plan'

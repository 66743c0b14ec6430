-- carriers: the metered usage that carries a billed account-month, with its own metered cost as weight.
-- in:  attributed, pool (vendor, vendor_account, billing_month, currency, needs_split)
-- out: one row per usage group of a pool that needs an exact split; ordered by the caller
SELECT
    p.pool_no,
    a.origin_key,
    a.contracted_cost AS metered
FROM attributed AS a
JOIN pool AS p
    ON p.vendor = a.vendor AND p.vendor_account = a.vendor_account AND p.billing_month = a.billing_month
    AND p.currency = a.currency
WHERE a.origin = 'usage' AND a.scope = 'ai' AND a.contracted_cost IS NOT NULL AND p.needs_split

-- account_money: per vendor account and month, what was billed for model calls and what was metered.
-- in:  attributed
-- out: one row per vendor, vendor_account, billing_month, currency that has both; decides how usage carries the bill
SELECT
    coalesce(b.vendor, '') AS vendor,
    b.vendor_account,
    b.billing_month,
    b.currency,
    b.category,
    b.category_rule,
    b.supplier_name,
    b.source_name,
    b.list_cost, b.contracted_cost, b.effective_cost, b.billed_cost,
    m.metered
FROM (
    SELECT
        a.vendor, a.vendor_account, a.billing_month, a.currency,
        min(a.rule_category) AS category,
        min(a.scope_rule) AS category_rule,
        min(a.supplier_name) AS supplier_name,
        min(a.source_name) AS source_name,
        CASE WHEN count(*) = count(a.list_cost) THEN sum(a.list_cost) END AS list_cost,
        CASE WHEN count(*) = count(a.contracted_cost) THEN sum(a.contracted_cost) END AS contracted_cost,
        CASE WHEN count(*) = count(a.effective_cost) THEN sum(a.effective_cost) END AS effective_cost,
        CASE WHEN count(*) = count(a.billed_cost) THEN sum(a.billed_cost) END AS billed_cost
    FROM attributed AS a
    WHERE a.origin = 'charge' AND a.statement = 'cost_export' AND a.scope = 'ai'
        AND a.rule_category = 'product_inference' AND a.rule_share IS NULL
        AND coalesce(a.charge_category, 'Usage') = 'Usage'
    GROUP BY a.vendor, a.vendor_account, a.billing_month, a.currency
) AS b
JOIN (
    SELECT a.vendor, a.vendor_account, a.billing_month, a.currency, sum(a.contracted_cost) AS metered
    FROM attributed AS a
    WHERE a.origin = 'usage' AND a.scope = 'ai' AND a.contracted_cost IS NOT NULL
    GROUP BY a.vendor, a.vendor_account, a.billing_month, a.currency
) AS m
    ON m.vendor = b.vendor AND m.vendor_account = b.vendor_account AND m.billing_month = b.billing_month AND m.currency = b.currency
WHERE b.effective_cost > 0 AND m.metered > 0

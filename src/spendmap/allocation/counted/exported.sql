-- exported: the lines of an export that metered usage or seats can carry, summed per account and month.
-- in:  export_lines
-- out: one row per vendor, account, product, month and currency; a cost is NULL where one of its lines has none
SELECT
    e.vendor, e.vendor_account, e.account_id, e.vendor_product, e.billing_month, e.currency,
    min(e.category) AS category, min(e.rule_category) AS rule_category, min(e.scope_rule) AS scope_rule,
    min(e.supplier_name) AS supplier_name, min(e.source_name) AS source_name,
    max(coalesce(e.charge_end, CAST(e.charge_date + INTERVAL 1 DAY AS DATE))) AS until,
    CASE WHEN count(*) = count(e.list_cost) THEN sum(e.list_cost) END AS list_cost,
    CASE WHEN count(*) = count(e.contracted_cost) THEN sum(e.contracted_cost) END AS contracted_cost,
    CASE WHEN count(*) = count(e.effective_cost) THEN sum(e.effective_cost) END AS effective_cost,
    CASE WHEN count(*) = count(e.billed_cost) THEN sum(e.billed_cost) END AS billed_cost
FROM export_lines AS e
WHERE e.scope = 'ai' AND e.rule_share IS NULL AND e.may_pool AND NOT e.is_commitment AND NOT e.is_uncommon
GROUP BY e.vendor, e.vendor_account, e.account_id, e.vendor_product, e.billing_month, e.currency

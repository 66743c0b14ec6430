-- ledger_lines: what ledgers, cards and banks say of vendors, one row per line.
-- in:  attributed, charge_fields
-- out: own_day = the line's own date, also where its charge period is another month
SELECT
    a.source_name, a.origin_key, a.vendor, a.vendor_account, a.account_id, a.tool, a.scope, a.scope_rule, a.category,
    a.rule_share, a.currency, a.billed_cost,
    coalesce(CAST(c.tags['posting_date'] AS DATE), CAST(c.charge_period_start AS DATE)) AS own_day,
    c.invoice_number, c.mentioned_numbers, c.number_words, c.books, c.line_kind, c.product_kind, c.tax_cost,
    CAST(c.service_period_start AS DATE) AS service_period_start, CAST(c.service_period_end AS DATE) AS service_period_end,
    c.supplier_name, c.memo, c.charge_description, c.source_file, c.load_id, c.tags['paid_from'] AS paid_from,
    c.tags['cardholder'] AS cardholder
FROM attributed AS a
JOIN charge_fields AS c ON c.source_name = a.source_name AND c.natural_key = a.origin_key
WHERE a.origin = 'charge' AND a.statement = 'payment' AND a.billed_cost IS NOT NULL
    AND (a.vendor IS NOT NULL OR a.scope = 'ai' OR a.line_kind = 'settlement')

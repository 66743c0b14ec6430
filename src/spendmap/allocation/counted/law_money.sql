-- law_money: captured lines of money beside what allocation made of them, per vendor and currency, over all months.
-- in:  charge; allocation; supplier_vendor and exporter_vendor (name -> vendor, for lines that meters carry whole:
--      they have no row there)
-- out: one row per vendor and currency; `tax_beside` stands in a column and is in no cost, `tax_lines` are billed and set
--      aside; `absent` lines took their vendor from their name, which a register key may know
--      better, so their vendors are compared together
WITH known AS (
    SELECT a.source_name, a.origin_key, max(a.vendor) AS vendor
    FROM allocation AS a
    WHERE a.origin = 'charge'
    GROUP BY a.source_name, a.origin_key
),
captured AS (
    SELECT
        CASE WHEN k.origin_key IS NOT NULL THEN coalesce(k.vendor, '') ELSE coalesce(s.vendor, e.vendor, '') END AS vendor,
        c.billing_currency AS currency, c.statement, c.list_cost, c.contracted_cost, c.effective_cost, c.billed_cost,
        c.tax_cost, CASE WHEN k.origin_key IS NULL THEN 1 ELSE 0 END AS absent
    FROM charge AS c
    LEFT JOIN known AS k ON k.source_name = c.source_name AND k.origin_key = c.natural_key
    LEFT JOIN supplier_vendor AS s ON s.supplier_name = coalesce(c.invoice_issuer_name, c.service_provider_name)
    LEFT JOIN exporter_vendor AS e
        ON c.statement = 'cost_export' AND e.supplier_name = coalesce(c.invoice_issuer_name, c.service_provider_name)
),
lines AS (
    SELECT
        c.vendor, c.currency, count(*) AS n, sum(c.absent) AS absent,
        sum(CASE WHEN c.statement = 'payment' THEN 1 ELSE 0 END) AS payments,
        sum(c.list_cost) AS list_cost, sum(c.contracted_cost) AS contracted_cost, sum(c.effective_cost) AS effective_cost,
        sum(c.billed_cost) AS billed_cost, sum(c.tax_cost) AS tax_cost,
        sum(CASE WHEN c.tax_cost <> 0 THEN 1 ELSE 0 END) AS taxed
    FROM captured AS c
    GROUP BY c.vendor, c.currency
),
placed AS (
    SELECT
        coalesce(a.vendor, '') AS vendor, a.currency, count(*) AS n,
        sum(a.list_cost) AS list_cost, sum(a.contracted_cost) AS contracted_cost, sum(a.effective_cost) AS effective_cost,
        sum(a.billed_cost) AS billed_cost,
        sum(CASE WHEN a.scope = 'ai' THEN a.billed_cost END) AS counted,
        sum(CASE WHEN a.scope = 'ai' THEN 1 ELSE 0 END) AS counted_rows,
        sum(CASE WHEN a.scope = 'covered' AND coalesce(a.scope_rule, '') <> 'covered-by-tax' THEN a.billed_cost END) AS matched,
        sum(CASE WHEN a.scope = 'covered' AND coalesce(a.scope_rule, '') <> 'covered-by-tax' THEN 1 ELSE 0 END) AS matched_rows,
        sum(CASE WHEN a.scope = 'covered' AND a.scope_rule = 'covered-by-tax' THEN a.billed_cost END) AS tax_lines,
        sum(CASE WHEN a.scope = 'covered' AND a.scope_rule = 'covered-by-tax' THEN 1 ELSE 0 END) AS tax_rows,
        sum(CASE WHEN a.scope = 'not_ai' THEN a.billed_cost END) AS not_ai,
        sum(CASE WHEN a.scope = 'not_ai' THEN 1 ELSE 0 END) AS not_ai_rows
    FROM allocation AS a
    WHERE (a.origin = 'charge' OR (a.origin IN ('usage', 'utilization') AND a.evidence = 'invoiced'))
        AND a.method <> 'adjustment'
    GROUP BY coalesce(a.vendor, ''), a.currency
)
SELECT
    coalesce(l.vendor, p.vendor) AS vendor, coalesce(l.currency, p.currency) AS currency,
    coalesce(l.n, 0) AS lines, coalesce(l.absent, 0) AS absent, coalesce(l.payments, 0) AS payments,
    coalesce(l.list_cost, 0) AS list_lines, coalesce(p.list_cost, 0) AS list_placed,
    coalesce(l.contracted_cost, 0) AS contracted_lines, coalesce(p.contracted_cost, 0) AS contracted_placed,
    coalesce(l.effective_cost, 0) AS effective_lines, coalesce(p.effective_cost, 0) AS effective_placed,
    coalesce(l.billed_cost, 0) AS billed_lines, coalesce(p.billed_cost, 0) AS billed_placed,
    coalesce(l.tax_cost, 0) AS tax_beside, coalesce(p.tax_lines, 0) AS tax_lines,
    coalesce(l.taxed, 0) + coalesce(p.tax_rows, 0) AS tax_rows, coalesce(p.counted, 0) AS counted, coalesce(p.counted_rows, 0) AS counted_rows,
    coalesce(p.matched, 0) AS matched, coalesce(p.matched_rows, 0) AS matched_rows,
    coalesce(p.not_ai, 0) AS not_ai, coalesce(p.not_ai_rows, 0) AS not_ai_rows
FROM lines AS l
FULL JOIN placed AS p ON p.vendor = l.vendor AND p.currency = l.currency
ORDER BY vendor, currency

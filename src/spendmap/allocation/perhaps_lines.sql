-- perhaps_lines: money that no rule, register key or person has spoken of, by supplier and what its line says.
-- in:  allocation (of the months worked on), charge_fields
-- out: one row per month, supplier, text (of ledger lines; an export's lines name services, not suppliers) and currency
SELECT
    a.billing_month AS month, a.currency, a.supplier_name, a.vendor,
    CASE WHEN c.statement = 'payment' THEN nullif(concat_ws(' ', c.memo, c.charge_description), '') END AS text,
    CAST(sum(a.effective_cost) AS DECIMAL(38,12)) AS effective,
    CAST(sum(a.billed_cost) AS DECIMAL(38,12)) AS billed,
    count(*) AS n
FROM allocation AS a
JOIN charge_fields AS c ON c.source_name = a.source_name AND c.natural_key = a.origin_key
WHERE a.scope = 'not_ai' AND a.origin = 'charge' AND a.scope_rule = 'no-rule'
GROUP BY
    a.billing_month, a.currency, a.supplier_name, a.vendor,
    CASE WHEN c.statement = 'payment' THEN nullif(concat_ws(' ', c.memo, c.charge_description), '') END
ORDER BY month, currency, supplier_name, vendor, text

-- charge_fields: charges with supplier and vendor, as rules and register keys see them.
-- in:  charge, supplier_vendor (supplier name as written -> vendor), exporter_vendor (a bare name that is a
--      vendor's where a provider's export names providers: those that supplier_vendor does not know), fee_vendor (a fee's supplier and memo -> vendor),
--      resold_vendor (a payment's supplier, memo and description -> the vendor whose product a reseller sells there)
-- check: rows = rows of charge
SELECT
    c.*,
    coalesce(c.invoice_issuer_name, c.service_provider_name) AS supplier_name,
    -- What a reseller sells of a maker that makes nothing but AI is that maker's; of others a rule must call it AI first.
    coalesce(CASE WHEN r.is_ai_native THEN r.vendor END, s.vendor, es.vendor, i.vendor, ei.vendor, f.vendor) AS vendor,
    coalesce(i.vendor, ei.vendor)                            AS issuer_vendor,
    coalesce(p.vendor, ep.vendor)                            AS publisher_vendor,
    r.vendor                                                 AS resold_vendor
FROM charge AS c
LEFT JOIN supplier_vendor AS s ON s.supplier_name = c.service_provider_name
LEFT JOIN supplier_vendor AS i ON i.supplier_name = c.invoice_issuer_name
LEFT JOIN supplier_vendor AS p ON p.supplier_name = c.publisher_name
LEFT JOIN exporter_vendor AS es ON c.statement = 'cost_export' AND es.supplier_name = c.service_provider_name
LEFT JOIN exporter_vendor AS ei ON c.statement = 'cost_export' AND ei.supplier_name = c.invoice_issuer_name
LEFT JOIN exporter_vendor AS ep ON c.statement = 'cost_export' AND ep.supplier_name = c.publisher_name
LEFT JOIN fee_vendor AS f
    ON c.line_kind = 'fee' AND f.supplier_name = coalesce(c.invoice_issuer_name, '') AND f.memo = coalesce(c.memo, '')
LEFT JOIN resold_vendor AS r
    ON c.statement = 'payment' AND r.supplier_name = coalesce(c.invoice_issuer_name, '')
    AND r.memo = coalesce(c.memo, '') AND r.charge_description = coalesce(c.charge_description, '')

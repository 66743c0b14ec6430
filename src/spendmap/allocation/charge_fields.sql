-- charge_fields: charges with supplier and vendor, as rules and register keys see them.
-- in:  charge, supplier_vendor (supplier name as written -> vendor)
-- check: row count out = row count in
SELECT
    c.*,
    coalesce(c.invoice_issuer_name, c.service_provider_name) AS supplier_name,
    coalesce(s.vendor, i.vendor)                             AS vendor
FROM charge AS c
LEFT JOIN supplier_vendor AS s ON s.supplier_name = c.service_provider_name
LEFT JOIN supplier_vendor AS i ON i.supplier_name = c.invoice_issuer_name

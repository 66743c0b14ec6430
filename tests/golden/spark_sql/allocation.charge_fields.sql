SELECT
  c.*,
  COALESCE(c.invoice_issuer_name, c.service_provider_name) AS supplier_name,
  COALESCE(s.vendor, i.vendor) AS vendor
FROM charge AS c
LEFT JOIN supplier_vendor AS s
  ON s.supplier_name = c.service_provider_name
LEFT JOIN supplier_vendor AS i
  ON i.supplier_name = c.invoice_issuer_name

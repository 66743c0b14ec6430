SELECT
  c.*,
  COALESCE(c.invoice_issuer_name, c.service_provider_name) AS supplier_name,
  COALESCE(s.vendor, i.vendor, f.vendor) AS vendor,
  i.vendor AS issuer_vendor,
  p.vendor AS publisher_vendor
FROM charge AS c
LEFT JOIN supplier_vendor AS s
  ON s.supplier_name = c.service_provider_name
LEFT JOIN supplier_vendor AS i
  ON i.supplier_name = c.invoice_issuer_name
LEFT JOIN supplier_vendor AS p
  ON p.supplier_name = c.publisher_name
LEFT JOIN fee_vendor AS f
  ON c.line_kind = 'fee'
  AND f.supplier_name = COALESCE(c.invoice_issuer_name, '')
  AND f.memo = COALESCE(c.memo, '')

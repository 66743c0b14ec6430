SELECT
  c.*,
  COALESCE(c.invoice_issuer_name, c.service_provider_name) AS supplier_name,
  COALESCE(
    CASE WHEN r.is_ai_native THEN r.vendor END,
    s.vendor,
    es.vendor,
    i.vendor,
    ei.vendor,
    f.vendor
  ) AS vendor,
  COALESCE(i.vendor, ei.vendor) AS issuer_vendor,
  COALESCE(p.vendor, ep.vendor) AS publisher_vendor,
  r.vendor AS resold_vendor
FROM charge AS c
LEFT JOIN supplier_vendor AS s
  ON s.supplier_name = c.service_provider_name
LEFT JOIN supplier_vendor AS i
  ON i.supplier_name = c.invoice_issuer_name
LEFT JOIN supplier_vendor AS p
  ON p.supplier_name = c.publisher_name
LEFT JOIN exporter_vendor AS es
  ON c.statement = 'cost_export' AND es.supplier_name = c.service_provider_name
LEFT JOIN exporter_vendor AS ei
  ON c.statement = 'cost_export' AND ei.supplier_name = c.invoice_issuer_name
LEFT JOIN exporter_vendor AS ep
  ON c.statement = 'cost_export' AND ep.supplier_name = c.publisher_name
LEFT JOIN fee_vendor AS f
  ON c.line_kind = 'fee'
  AND f.supplier_name = COALESCE(c.invoice_issuer_name, '')
  AND f.memo = COALESCE(c.memo, '')
LEFT JOIN resold_vendor AS r
  ON c.statement = 'payment'
  AND r.supplier_name = COALESCE(c.invoice_issuer_name, '')
  AND r.memo = COALESCE(c.memo, '')
  AND r.charge_description = COALESCE(c.charge_description, '')

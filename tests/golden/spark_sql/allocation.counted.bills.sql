SELECT
  COALESCE(e.issuer_vendor, e.vendor) AS issuer,
  e.said_vendor,
  e.vendor_account,
  e.account_id,
  e.vendor_product,
  e.bill_first,
  e.invoice_number,
  e.currency,
  SUM(e.billed_cost) AS billed,
  SUM(CASE WHEN e.scope = 'ai' THEN 1 ELSE 0 END) AS ai_rows,
  COUNT(*) AS n
FROM export_lines AS e
WHERE
  NOT e.vendor IS NULL OR NOT e.issuer_vendor IS NULL
GROUP BY
  COALESCE(e.issuer_vendor, e.vendor),
  e.said_vendor,
  e.vendor_account,
  e.account_id,
  e.vendor_product,
  e.bill_first,
  e.invoice_number,
  e.currency

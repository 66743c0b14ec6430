-- bills: what providers' exports bill, over all scopes: what an invoice and a payment are held against.
-- in:  export_lines
-- out: one row per issuer, seller, account, product, billing month, invoice number and currency
SELECT
    coalesce(e.issuer_vendor, e.vendor) AS issuer, e.said_vendor, e.vendor_account, e.account_id, e.vendor_product, e.bill_first,
    e.invoice_number, e.currency, sum(e.billed_cost) AS billed, sum(CASE WHEN e.scope = 'ai' THEN 1 ELSE 0 END) AS ai_rows,
    count(*) AS n
FROM export_lines AS e
WHERE e.vendor IS NOT NULL OR e.issuer_vendor IS NOT NULL
GROUP BY
    coalesce(e.issuer_vendor, e.vendor), e.said_vendor, e.vendor_account, e.account_id, e.vendor_product, e.bill_first,
    e.invoice_number, e.currency

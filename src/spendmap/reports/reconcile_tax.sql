-- reconcile_tax: tax that documents tell beside their net amounts, by vendor account and month, up to $last.
-- in:  notes (published), $last month
SELECT n.vendor, n.vendor_account, n.currency, n.month, sum(n.amount) AS tax
FROM notes AS n
WHERE n.kind = 'tax_told' AND n.vendor IS NOT NULL AND n.month <= $last
GROUP BY n.vendor, n.vendor_account, n.currency, n.month
ORDER BY n.vendor, n.vendor_account, n.currency, n.month

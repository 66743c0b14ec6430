-- reconcile_again: ledger money that another ledger line tells already, by vendor account and month, up to $last.
-- in:  allocation (ledger), $last month
-- out: one row per vendor, account, currency and month. `never_paid`: of a hold that was posted or reversed, or a copy;
--      `of_documents`: paid for a document of the books, which stands in the document's own month
SELECT
    a.vendor, a.vendor_account, a.currency, a.billing_month AS month,
    sum(CASE WHEN a.scope_rule IN ('covered-by-posted', 'covered-by-reversal', 'covered-by-copy') THEN a.billed_cost ELSE 0 END)
        AS never_paid,
    sum(
        CASE
            WHEN a.scope_rule IN ('covered-by-number', 'covered-by-pair') AND a.covered_by NOT LIKE 'export:%'
                THEN a.billed_cost
            ELSE 0
        END
    ) AS of_documents
FROM allocation AS a
WHERE a.origin = 'charge' AND a.scope = 'covered' AND a.vendor IS NOT NULL AND a.billing_month <= $last
GROUP BY a.vendor, a.vendor_account, a.currency, a.billing_month
ORDER BY a.vendor, a.vendor_account, a.currency, a.billing_month

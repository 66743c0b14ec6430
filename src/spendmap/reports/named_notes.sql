-- named_notes: what counting noticed in the period, and the balances at its end.
-- in:  notes (published; grain month x kind x subject); $first..$last months, $currency; {where} over vendor columns
-- out: one row per note; a balance (`prepaid`) of the last month only, every other kind of all months
SELECT
    n.month, n.kind, n.vendor, n.vendor_account, n.product, n.amount, n.billed_amount, n.rows, n.subject, n.reason,
    n.origin_key, n.other_key
FROM notes AS n
WHERE n.currency = $currency AND n.month BETWEEN $first AND $last AND (n.kind <> 'prepaid' OR n.month = $last) AND {where}
ORDER BY n.month, n.kind, n.amount DESC NULLS LAST, n.vendor, n.subject, n.origin_key

-- noticed: what counting noticed and a person can settle; and the tax that documents tell.
-- in:  notes (published), $first and $last month, both inside
-- out: one row per note; amount in its own currency, in no total or in it already
SELECT
    n.month, n.kind, n.amount, n.currency, n.reason, n.vendor, nullif(n.vendor_account, '') AS vendor_account, n.product,
    nullif(n.subject, '') AS subject, n.origin_key AS line, n.other_key AS other_line
FROM notes AS n
WHERE n.kind IN (
    'proposed_pair', 'proposed_tax', 'perhaps_tax', 'perhaps_twice', 'over', 'commitment_stated_twice', 'tax_told'
) AND n.month BETWEEN $first AND $last
ORDER BY n.month, n.kind, n.vendor, n.subject, n.origin_key

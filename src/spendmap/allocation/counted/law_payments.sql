-- law_payments: card and bank lines whose words may name documents, and how much of each counts.
-- in:  charge; law_part
-- out: one row per such line; fees, settlements, pending lines and reversals name nothing
SELECT
    p.vendor, c.billing_currency AS currency, c.invoice_number, c.mentioned_numbers, c.number_words, c.billing_account_id,
    p.account, c.billed_cost AS amount, p.counted
FROM charge AS c
JOIN law_part AS p ON p.source_name = c.source_name AND p.origin_key = c.natural_key
WHERE c.statement = 'payment' AND c.books IN ('card', 'bank') AND c.billed_cost > 0 AND p.vendor IS NOT NULL
    AND coalesce(c.line_kind, '') NOT IN ('fee', 'settlement', 'pending', 'reversal')
    AND coalesce(c.invoice_number, c.mentioned_numbers, c.number_words) IS NOT NULL
ORDER BY p.vendor, c.billing_currency, c.source_name, c.natural_key

SELECT
  p.vendor,
  c.billing_currency AS currency,
  c.invoice_number,
  c.mentioned_numbers,
  c.number_words,
  c.billing_account_id,
  p.account,
  c.billed_cost AS amount,
  p.counted
FROM charge AS c
JOIN law_part AS p
  ON p.source_name = c.source_name AND p.origin_key = c.natural_key
WHERE
  c.statement = 'payment'
  AND c.books IN ('card', 'bank')
  AND c.billed_cost > 0
  AND NOT p.vendor IS NULL
  AND NOT COALESCE(c.line_kind, '') IN ('fee', 'settlement', 'pending', 'reversal')
  AND NOT COALESCE(c.invoice_number, c.mentioned_numbers, c.number_words) IS NULL
ORDER BY
  p.vendor NULLS LAST,
  c.billing_currency NULLS LAST,
  c.source_name NULLS LAST,
  c.natural_key NULLS LAST

WITH held AS (
  SELECT
    p.vendor,
    c.invoice_number AS number,
    c.billing_currency AS currency,
    c.source_name,
    SUM(CASE WHEN p.is_withheld = 1 THEN 0 ELSE c.billed_cost END) AS amount,
    SUM(p.counted) AS counted,
    COUNT(*) AS n
  FROM charge AS c
  JOIN law_part AS p
    ON p.source_name = c.source_name AND p.origin_key = c.natural_key
  WHERE
    NOT c.invoice_number IS NULL AND NOT p.vendor IS NULL
  GROUP BY
    p.vendor,
    c.invoice_number,
    c.billing_currency,
    c.source_name
)
SELECT
  h.vendor,
  h.number,
  h.currency,
  COUNT(*) AS sources,
  SUM(h.n) AS lines,
  MAX(h.amount) AS largest,
  SUM(h.counted) AS counted
FROM held AS h
GROUP BY
  h.vendor,
  h.number,
  h.currency
HAVING
  COUNT(*) > 1
ORDER BY
  h.vendor NULLS LAST,
  h.number NULLS LAST,
  h.currency NULLS LAST

SELECT
  a.billing_month AS month,
  a.currency,
  a.supplier_name,
  a.vendor,
  CASE
    WHEN c.statement = 'payment'
    THEN NULLIF(CONCAT_WS(' ', c.memo, c.charge_description), '')
  END AS text,
  CAST(SUM(a.effective_cost) AS DECIMAL(38, 12)) AS effective,
  CAST(SUM(a.billed_cost) AS DECIMAL(38, 12)) AS billed,
  COUNT(*) AS n
FROM allocation AS a
JOIN charge_fields AS c
  ON c.source_name = a.source_name AND c.natural_key = a.origin_key
WHERE
  a.scope = 'not_ai' AND a.origin = 'charge' AND a.scope_rule = 'no-rule'
GROUP BY
  a.billing_month,
  a.currency,
  a.supplier_name,
  a.vendor,
  CASE
    WHEN c.statement = 'payment'
    THEN NULLIF(CONCAT_WS(' ', c.memo, c.charge_description), '')
  END
ORDER BY
  month NULLS LAST,
  currency NULLS LAST,
  supplier_name NULLS LAST,
  vendor NULLS LAST,
  text NULLS LAST

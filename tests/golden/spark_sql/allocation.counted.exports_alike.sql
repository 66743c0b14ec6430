WITH billed AS (
  SELECT
    e.source_name,
    e.vendor,
    COALESCE(e.vendor_account, e.account_id, '') AS account,
    e.currency,
    e.bill_first,
    SUM(e.billed_cost) AS billed,
    COUNT(*) AS n
  FROM export_lines AS e
  WHERE
    NOT e.vendor IS NULL AND e.scope = 'ai'
  GROUP BY
    e.source_name,
    e.vendor,
    COALESCE(e.vendor_account, e.account_id, ''),
    e.currency,
    e.bill_first
)
SELECT
  a.vendor,
  a.account,
  a.currency,
  a.bill_first,
  a.source_name AS one_source,
  b.source_name AS other_source,
  b.billed
FROM billed AS a
JOIN billed AS b
  ON b.vendor = a.vendor
  AND b.account = a.account
  AND b.currency = a.currency
  AND b.bill_first = a.bill_first
  AND a.source_name < b.source_name
WHERE
  b.billed > 0 AND ABS(a.billed - b.billed) <= 0.005 * (
    a.n + b.n
  )
ORDER BY
  a.vendor NULLS LAST,
  a.account NULLS LAST,
  a.currency NULLS LAST,
  a.bill_first NULLS LAST,
  a.source_name NULLS LAST,
  b.source_name NULLS LAST

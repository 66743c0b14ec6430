WITH known AS (
  SELECT
    a.source_name,
    a.origin_key,
    MAX(a.vendor) AS vendor
  FROM allocation AS a
  WHERE
    a.origin = 'charge'
  GROUP BY
    a.source_name,
    a.origin_key
), captured AS (
  SELECT
    CASE
      WHEN NOT k.origin_key IS NULL
      THEN COALESCE(k.vendor, '')
      ELSE COALESCE(s.vendor, e.vendor, '')
    END AS vendor,
    c.billing_currency AS currency,
    c.statement,
    c.list_cost,
    c.contracted_cost,
    c.effective_cost,
    c.billed_cost,
    c.tax_cost,
    CASE WHEN k.origin_key IS NULL THEN 1 ELSE 0 END AS absent
  FROM charge AS c
  LEFT JOIN known AS k
    ON k.source_name = c.source_name AND k.origin_key = c.natural_key
  LEFT JOIN supplier_vendor AS s
    ON s.supplier_name = COALESCE(c.invoice_issuer_name, c.service_provider_name)
  LEFT JOIN exporter_vendor AS e
    ON c.statement = 'cost_export'
    AND e.supplier_name = COALESCE(c.invoice_issuer_name, c.service_provider_name)
), lines AS (
  SELECT
    c.vendor,
    c.currency,
    COUNT(*) AS n,
    SUM(c.absent) AS absent,
    SUM(CASE WHEN c.statement = 'payment' THEN 1 ELSE 0 END) AS payments,
    SUM(c.list_cost) AS list_cost,
    SUM(c.contracted_cost) AS contracted_cost,
    SUM(c.effective_cost) AS effective_cost,
    SUM(c.billed_cost) AS billed_cost,
    SUM(c.tax_cost) AS tax_cost,
    SUM(CASE WHEN c.tax_cost <> 0 THEN 1 ELSE 0 END) AS taxed
  FROM captured AS c
  GROUP BY
    c.vendor,
    c.currency
), placed AS (
  SELECT
    COALESCE(a.vendor, '') AS vendor,
    a.currency,
    COUNT(*) AS n,
    SUM(a.list_cost) AS list_cost,
    SUM(a.contracted_cost) AS contracted_cost,
    SUM(a.effective_cost) AS effective_cost,
    SUM(a.billed_cost) AS billed_cost,
    SUM(CASE WHEN a.scope = 'ai' THEN a.billed_cost END) AS counted,
    SUM(CASE WHEN a.scope = 'ai' THEN 1 ELSE 0 END) AS counted_rows,
    SUM(
      CASE
        WHEN a.scope = 'covered' AND COALESCE(a.scope_rule, '') <> 'covered-by-tax'
        THEN a.billed_cost
      END
    ) AS matched,
    SUM(
      CASE
        WHEN a.scope = 'covered' AND COALESCE(a.scope_rule, '') <> 'covered-by-tax'
        THEN 1
        ELSE 0
      END
    ) AS matched_rows,
    SUM(
      CASE
        WHEN a.scope = 'covered' AND a.scope_rule = 'covered-by-tax'
        THEN a.billed_cost
      END
    ) AS tax_lines,
    SUM(
      CASE WHEN a.scope = 'covered' AND a.scope_rule = 'covered-by-tax' THEN 1 ELSE 0 END
    ) AS tax_rows,
    SUM(CASE WHEN a.scope = 'not_ai' THEN a.billed_cost END) AS not_ai,
    SUM(CASE WHEN a.scope = 'not_ai' THEN 1 ELSE 0 END) AS not_ai_rows
  FROM allocation AS a
  WHERE
    (
      a.origin = 'charge'
      OR (
        a.origin IN ('usage', 'utilization') AND a.evidence = 'invoiced'
      )
    )
    AND a.method <> 'adjustment'
  GROUP BY
    COALESCE(a.vendor, ''),
    a.currency
)
SELECT
  COALESCE(l.vendor, p.vendor) AS vendor,
  COALESCE(l.currency, p.currency) AS currency,
  COALESCE(l.n, 0) AS lines,
  COALESCE(l.absent, 0) AS absent,
  COALESCE(l.payments, 0) AS payments,
  COALESCE(l.list_cost, 0) AS list_lines,
  COALESCE(p.list_cost, 0) AS list_placed,
  COALESCE(l.contracted_cost, 0) AS contracted_lines,
  COALESCE(p.contracted_cost, 0) AS contracted_placed,
  COALESCE(l.effective_cost, 0) AS effective_lines,
  COALESCE(p.effective_cost, 0) AS effective_placed,
  COALESCE(l.billed_cost, 0) AS billed_lines,
  COALESCE(p.billed_cost, 0) AS billed_placed,
  COALESCE(l.tax_cost, 0) AS tax_beside,
  COALESCE(p.tax_lines, 0) AS tax_lines,
  COALESCE(l.taxed, 0) + COALESCE(p.tax_rows, 0) AS tax_rows,
  COALESCE(p.counted, 0) AS counted,
  COALESCE(p.counted_rows, 0) AS counted_rows,
  COALESCE(p.matched, 0) AS matched,
  COALESCE(p.matched_rows, 0) AS matched_rows,
  COALESCE(p.not_ai, 0) AS not_ai,
  COALESCE(p.not_ai_rows, 0) AS not_ai_rows
FROM lines AS l
FULL JOIN placed AS p
  ON p.vendor = l.vendor AND p.currency = l.currency
ORDER BY
  vendor NULLS LAST,
  currency NULLS LAST

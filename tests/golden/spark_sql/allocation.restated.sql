SELECT
  a.billing_month AS month,
  a.provider_name,
  a.model,
  a.price_provider,
  a.price_model,
  b.currency AS currency_before,
  a.currency,
  COUNT(*) AS usage_rows,
  COUNT(b.contracted_cost) AS priced_before,
  COUNT(a.contracted_cost) AS priced_now,
  SUM(b.contracted_cost) AS before,
  SUM(a.contracted_cost) AS after
FROM priced_before AS b
JOIN priced_now AS a
  ON a.source_name = b.source_name
  AND a.billing_month = b.billing_month
  AND a.natural_key = b.natural_key
WHERE
  a.contracted_cost IS DISTINCT FROM b.contracted_cost
  OR a.currency IS DISTINCT FROM b.currency
GROUP BY
  a.billing_month,
  a.provider_name,
  a.model,
  a.price_provider,
  a.price_model,
  b.currency,
  a.currency
ORDER BY
  a.billing_month NULLS LAST,
  a.provider_name NULLS LAST,
  a.model NULLS LAST,
  a.price_provider NULLS LAST,
  a.price_model NULLS LAST,
  b.currency NULLS LAST,
  a.currency NULLS LAST

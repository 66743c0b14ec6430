SELECT
  u.billing_month,
  u.source_name,
  u.group_key,
  u.customer_id,
  ANY_VALUE(u.feature) IGNORE NULLS AS feature,
  CAST(SUM(u.list_cost) AS DECIMAL(38, 12)) AS list_cost,
  CAST(SUM(u.contracted_cost) AS DECIMAL(38, 12)) AS contracted_cost,
  CAST(SUM(u.usage_rows) AS BIGINT) AS usage_rows,
  CAST(SUM(CASE WHEN NOT u.unpriced_reason IS NULL THEN u.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
  CAST(SUM(u.input_tokens) AS BIGINT) AS input_tokens,
  CAST(SUM(u.output_tokens) AS BIGINT) AS output_tokens
FROM lot_priced AS u
GROUP BY
  u.billing_month,
  u.source_name,
  u.group_key,
  u.customer_id
ORDER BY
  u.billing_month NULLS LAST,
  u.source_name NULLS LAST,
  u.group_key NULLS LAST,
  u.customer_id NULLS LAST

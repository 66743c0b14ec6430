SELECT
  u.group_key,
  u.billing_month,
  u.provider_name,
  u.currency,
  u.price_ids,
  u.unpriced_reason,
  SUM(u.list_cost) AS list_cost,
  SUM(u.contracted_cost) AS contracted_cost,
  COUNT(*) AS usage_rows,
  CAST(SUM(u.input_tokens) AS BIGINT) AS input_tokens,
  CAST(SUM(u.output_tokens) AS BIGINT) AS output_tokens
FROM usage_replayed AS u
GROUP BY
  u.group_key,
  u.billing_month,
  u.provider_name,
  u.currency,
  u.price_ids,
  u.unpriced_reason

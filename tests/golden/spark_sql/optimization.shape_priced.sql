SELECT
  s.group_key,
  s.billing_month,
  s.provider_name,
  COALESCE(p.contracted_currency, p.price_currency, d.currency) AS currency,
  s.currency AS own_currency,
  p.price_key AS price_ids,
  CASE WHEN p.contracted_cost IS NULL THEN p.unpriced_reason END AS unpriced_reason,
  SUM(CAST(p.list_cost * CAST(s.copies AS DECIMAL(9, 0)) AS DECIMAL(38, 12))) AS list_cost,
  SUM(CAST(p.contracted_cost * CAST(s.copies AS DECIMAL(9, 0)) AS DECIMAL(38, 12))) AS contracted_cost,
  CAST(SUM(s.usage_rows) AS BIGINT) AS usage_rows,
  CAST(SUM(
    s.copies * (
      COALESCE(s.input_uncached, 0) + COALESCE(s.cache_read, 0) + COALESCE(s.cache_write_5m, 0) + COALESCE(s.cache_write_1h, 0) + COALESCE(s.cache_write_other, 0) + COALESCE(s.input_audio, 0) + COALESCE(s.input_image, 0) + COALESCE(s.input_video, 0)
    )
  ) AS BIGINT) AS input_tokens,
  CAST(SUM(
    s.copies * (
      COALESCE(s.output, 0) + COALESCE(s.output_audio, 0) + COALESCE(s.output_image, 0) + COALESCE(s.output_video, 0)
    )
  ) AS BIGINT) AS output_tokens
FROM usage_shape AS s
JOIN priced AS p
  ON p.billing_month = s.billing_month AND p.natural_key = CAST(s.shape AS STRING)
CROSS JOIN default_currency AS d
GROUP BY
  s.group_key,
  s.billing_month,
  s.provider_name,
  COALESCE(p.contracted_currency, p.price_currency, d.currency),
  s.currency,
  p.price_key,
  CASE WHEN p.contracted_cost IS NULL THEN p.unpriced_reason END

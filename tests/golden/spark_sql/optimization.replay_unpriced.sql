SELECT
  n.provider_name,
  n.currency,
  n.usage_rows,
  n.input_tokens,
  n.output_tokens,
  CAST(MAX(
    CAST(n.input_tokens AS DECIMAL(19, 0)) * m.input_price + CAST(n.output_tokens AS DECIMAL(19, 0)) * m.output_price
  ) AS DECIMAL(38, 12)) AS dearest
FROM (
  SELECT
    u.provider_name,
    u.currency,
    CAST(SUM(u.usage_rows) AS BIGINT) AS usage_rows,
    CAST(SUM(u.input_tokens) AS BIGINT) AS input_tokens,
    CAST(SUM(u.output_tokens) AS BIGINT) AS output_tokens
  FROM replay_priced AS u
  WHERE
    NOT u.unpriced_reason IS NULL
  GROUP BY
    u.provider_name,
    u.currency
) AS n
LEFT JOIN (
  SELECT DISTINCT
    u.provider_name,
    p.currency,
    p.input_uncached AS input_price,
    p.output AS output_price
  FROM replay_priced AS u
  JOIN price_wide AS p
    ON p.price_key = u.price_ids
  WHERE
    NOT p.input_uncached IS NULL AND NOT p.output IS NULL
) AS m
  ON COALESCE(m.provider_name, '') = COALESCE(n.provider_name, '')
  AND m.currency = n.currency
GROUP BY
  n.provider_name,
  n.currency,
  n.usage_rows,
  n.input_tokens,
  n.output_tokens
ORDER BY
  n.provider_name NULLS LAST,
  n.currency NULLS LAST

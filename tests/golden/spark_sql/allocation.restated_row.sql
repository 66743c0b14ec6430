SELECT
  p.source_name,
  p.billing_month,
  p.natural_key,
  p.provider_name,
  COALESCE(p.response_model, p.request_model) AS model,
  p.price_provider,
  p.price_model,
  COALESCE(p.contracted_currency, p.price_currency, d.currency) AS currency,
  p.contracted_cost
FROM priced AS p
JOIN (
  SELECT DISTINCT
    s.source_name,
    s.billing_month,
    s.load_id
  FROM published_shape AS s
) AS l
  ON l.source_name = p.source_name
  AND l.billing_month = p.billing_month
  AND l.load_id = p.load_id
CROSS JOIN default_currency AS d

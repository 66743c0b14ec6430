WITH carrier AS (
  SELECT
    a.origin_key,
    a.billing_month,
    MIN(a.category) AS category,
    MIN(a.use_case) AS use_case,
    MIN(a.agent) AS agent,
    MIN(a.tool) AS tool,
    MIN(a.owner) AS owner,
    MIN(a.department) AS department
  FROM allocation AS a
  WHERE
    a.origin = 'usage' AND a.scope = 'ai'
  GROUP BY
    a.origin_key,
    a.billing_month
)
SELECT
  u.source_name,
  u.natural_key,
  u.billing_month,
  c.category,
  c.use_case,
  c.agent,
  c.tool,
  c.owner,
  c.department,
  COALESCE(u.price_provider, u.provider_name, '') AS provider,
  COALESCE(u.price_model, u.model, '') AS model,
  u.currency,
  CASE
    WHEN COALESCE(u.service_tier, 'standard') <> 'standard'
    THEN 0
    WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings'
    THEN 1
    ELSE 0
  END AS offline,
  u.requests,
  u.status,
  u.is_retry,
  u.input_uncached,
  u.cache_read,
  u.cache_write_5m,
  u.cache_write_1h,
  u.cache_write_other,
  u.output,
  u.contracted_cost
FROM usage_actual AS u
JOIN carrier AS c
  ON c.origin_key = u.group_key AND c.billing_month = u.billing_month

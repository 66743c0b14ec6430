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
  u.billing_month,
  u.shape,
  u.copies,
  c.category,
  c.use_case,
  c.agent,
  c.tool,
  c.owner,
  c.department,
  COALESCE(u.price_provider, u.provider_name, '') AS provider,
  COALESCE(u.price_model, u.response_model, '') AS model,
  u.currency,
  CASE
    WHEN COALESCE(u.service_tier, 'standard') <> 'standard'
    THEN 0
    WHEN c.category IN ('evaluation', 'data_preparation') OR u.operation = 'embeddings'
    THEN 1
    ELSE 0
  END AS offline,
  u.first_calls + u.retries + u.unstated_calls AS calls,
  u.failed_calls,
  u.retries,
  u.copies * COALESCE(u.input_uncached, 0) AS input_uncached,
  u.copies * COALESCE(u.cache_read, 0) AS cache_read,
  u.copies * (
    COALESCE(u.cache_write_5m, 0) + COALESCE(u.cache_write_1h, 0) + COALESCE(u.cache_write_other, 0)
  ) AS cache_write,
  u.copies * COALESCE(u.output, 0) AS output,
  u.contracted_cost,
  u.failed_cost,
  u.retry_cost
FROM usage_actual AS u
JOIN carrier AS c
  ON c.origin_key = u.group_key AND c.billing_month = u.billing_month

WITH grouped AS (
  SELECT
    g.source_name,
    g.group_key,
    SUM(g.list_cost) AS list_cost,
    SUM(g.contracted_cost) AS contracted_cost
  FROM usage_customer AS g
  GROUP BY
    g.source_name,
    g.group_key
), carried AS (
  SELECT
    a.source_name,
    a.origin_key,
    a.use_case,
    a.currency,
    a.evidence,
    a.vendor,
    a.vendor_account,
    CASE
      WHEN a.list_cost IS NULL
      THEN 'none'
      WHEN a.list_cost = g.list_cost
      THEN 'list'
      WHEN a.list_cost = g.contracted_cost
      THEN 'contracted'
      ELSE 'scaled'
    END AS list_as,
    CASE
      WHEN a.contracted_cost IS NULL
      THEN 'none'
      WHEN a.contracted_cost = g.contracted_cost
      THEN 'contracted'
      WHEN a.contracted_cost = g.list_cost
      THEN 'list'
      ELSE 'scaled'
    END AS contracted_as,
    CASE
      WHEN a.effective_cost IS NULL
      THEN 'none'
      WHEN a.effective_cost = g.contracted_cost
      THEN 'contracted'
      WHEN a.effective_cost = g.list_cost
      THEN 'list'
      ELSE 'scaled'
    END AS effective_as,
    CASE
      WHEN a.billed_cost IS NULL
      THEN 'none'
      WHEN a.billed_cost = g.contracted_cost
      THEN 'contracted'
      WHEN a.billed_cost = g.list_cost
      THEN 'list'
      ELSE 'scaled'
    END AS billed_as
  FROM allocation AS a
  JOIN grouped AS g
    ON g.group_key = a.origin_key AND g.source_name = a.source_name
  WHERE
    a.scope = 'ai' AND a.origin = 'usage'
)
SELECT
  u.billing_month AS month,
  u.customer_id,
  u.feature,
  c.use_case,
  c.currency,
  c.evidence,
  c.vendor,
  c.vendor_account,
  CAST(SUM(
    CASE c.list_as
      WHEN 'list'
      THEN u.list_cost
      WHEN 'contracted'
      THEN u.contracted_cost
    END
  ) AS DECIMAL(38, 12)) AS list_cost,
  CAST(SUM(
    CASE c.contracted_as
      WHEN 'list'
      THEN u.list_cost
      WHEN 'contracted'
      THEN u.contracted_cost
    END
  ) AS DECIMAL(38, 12)) AS contracted_cost,
  CAST(SUM(
    CASE c.effective_as
      WHEN 'list'
      THEN u.list_cost
      WHEN 'contracted'
      THEN u.contracted_cost
    END
  ) AS DECIMAL(38, 12)) AS effective_cost,
  CAST(SUM(
    CASE c.billed_as
      WHEN 'list'
      THEN u.list_cost
      WHEN 'contracted'
      THEN u.contracted_cost
    END
  ) AS DECIMAL(38, 12)) AS billed_cost,
  CAST(SUM(CASE WHEN c.list_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS list_weight,
  CAST(SUM(CASE WHEN c.contracted_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS contracted_weight,
  CAST(SUM(CASE WHEN c.effective_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS effective_weight,
  CAST(SUM(CASE WHEN c.billed_as = 'scaled' THEN u.contracted_cost END) AS DECIMAL(38, 12)) AS billed_weight,
  CAST(SUM(u.usage_rows) AS BIGINT) AS usage_rows,
  CAST(SUM(u.unpriced_rows) AS BIGINT) AS unpriced_rows,
  CAST(SUM(u.input_tokens) AS BIGINT) AS input_tokens,
  CAST(SUM(u.output_tokens) AS BIGINT) AS output_tokens
FROM usage_customer AS u
JOIN carried AS c
  ON c.origin_key = u.group_key AND c.source_name = u.source_name
GROUP BY
  u.billing_month,
  u.customer_id,
  u.feature,
  c.use_case,
  c.currency,
  c.evidence,
  c.vendor,
  c.vendor_account
ORDER BY
  u.billing_month NULLS LAST,
  u.customer_id NULLS LAST,
  u.feature NULLS LAST,
  c.use_case NULLS LAST,
  c.currency NULLS LAST,
  c.evidence NULLS LAST,
  c.vendor NULLS LAST,
  c.vendor_account NULLS LAST

WITH compared AS (
  SELECT
    u.*,
    CASE
      WHEN COALESCE(p.contracted_currency, p.price_currency) = u.currency
      THEN CAST(p.contracted_cost * CAST(u.copies AS DECIMAL(9, 0)) AS DECIMAL(38, 12))
    END AS other
  FROM play_carried AS u
  JOIN repriced AS p
    ON p.billing_month = u.billing_month AND p.natural_key = CAST(u.shape AS STRING)
)
SELECT
  u.category,
  u.use_case,
  u.agent,
  u.tool,
  u.owner,
  u.department,
  u.provider,
  u.model,
  u.currency,
  u.offline,
  CAST(SUM(CASE WHEN NOT u.contracted_cost IS NULL THEN u.other END) AS DECIMAL(38, 12)) AS other_cost,
  CAST(COALESCE(
    SUM(CASE WHEN NOT u.contracted_cost IS NULL AND u.other IS NULL THEN 1 ELSE 0 END),
    0
  ) AS BIGINT) AS lost
FROM compared AS u
GROUP BY
  u.category,
  u.use_case,
  u.agent,
  u.tool,
  u.owner,
  u.department,
  u.provider,
  u.model,
  u.currency,
  u.offline

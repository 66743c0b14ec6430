WITH compared AS (
  SELECT
    u.*,
    CASE
      WHEN COALESCE(p.contracted_currency, p.price_currency) = u.currency
      THEN p.contracted_cost
    END AS other
  FROM play_carried AS u
  JOIN repriced AS p
    ON p.source_name = u.source_name
    AND p.natural_key = u.natural_key
    AND p.billing_month = u.billing_month
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

WITH logged AS (
  SELECT
    a.source_name,
    a.natural_key,
    a.billing_month,
    CAST(a.charge_period_start AS DATE) AS own_day,
    NOT a.principal_id IS NULL AS is_known
  FROM activity AS a
  LEFT JOIN apart_load AS p
    ON p.load_id = a.load_id
  WHERE
    p.load_id IS NULL
), equal AS (
  SELECT
    m.natural_key,
    m.source_name,
    m.billing_month,
    m.own_day,
    m.is_known,
    o.source_name AS by_source
  FROM logged AS m
  JOIN logged AS o
    ON o.natural_key = m.natural_key AND o.source_name < m.source_name
), shared AS (
  SELECT
    e.source_name,
    e.by_source,
    e.billing_month
  FROM equal AS e
  GROUP BY
    e.source_name,
    e.by_source,
    e.billing_month
  HAVING
    COUNT(*) >= 3 AND COUNT(DISTINCT e.own_day) >= 2
)
SELECT
  e.source_name,
  e.natural_key,
  MIN(e.by_source) AS by_source
FROM equal AS e
LEFT JOIN shared AS s
  ON s.source_name = e.source_name
  AND s.by_source = e.by_source
  AND s.billing_month = e.billing_month
WHERE
  e.is_known OR NOT s.source_name IS NULL
GROUP BY
  e.source_name,
  e.natural_key

SELECT
  a.billing_month AS month,
  a.use_case,
  CAST(COALESCE(SUM(CASE WHEN a.origin = 'usage' THEN a.usage_rows END), 0) AS DECIMAL(38, 12)) AS requests,
  CAST(COALESCE(
    SUM(
      CASE
        WHEN a.origin = 'usage'
        THEN COALESCE(a.input_tokens, 0) + COALESCE(a.output_tokens, 0)
      END
    ),
    0
  ) AS DECIMAL(38, 12)) AS tokens,
  CAST(COALESCE(SUM(CASE WHEN a.origin = 'activity' THEN a.minutes END), 0) AS DECIMAL(38, 12)) AS minutes
FROM allocation AS a
WHERE
  a.scope = 'ai' AND NOT a.use_case IS NULL
GROUP BY
  a.billing_month,
  a.use_case
ORDER BY
  a.billing_month NULLS LAST,
  a.use_case NULLS LAST

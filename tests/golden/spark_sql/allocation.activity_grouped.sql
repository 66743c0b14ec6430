SELECT
  MD5(
    CONCAT_WS(
      '|',
      'activity',
      a.source_name,
      CAST(CAST(a.charge_period_start AS DATE) AS STRING),
      COALESCE(a.activity_kind, ''),
      COALESCE(a.role, ''),
      COALESCE(a.subject, ''),
      COALESCE(a.workflow, ''),
      COALESCE(a.use_case, ''),
      COALESCE(a.department_name, ''),
      a.evidence,
      t.by_source
    )
  ) AS group_key,
  a.source_name,
  a.billing_month,
  CAST(a.charge_period_start AS DATE) AS charge_date,
  MIN(a.charge_period_start) AS charge_period_start,
  a.activity_kind,
  a.role,
  a.subject,
  a.workflow,
  a.use_case,
  a.department_name,
  a.evidence,
  CASE
    WHEN NOT t.by_source IS NULL
    THEN CONCAT('source:', COALESCE(t.by_source, ''))
  END AS covered_by,
  CAST(SUM(a.minutes) AS DECIMAL(28, 12)) AS minutes,
  COUNT(*) AS usage_rows
FROM activity AS a
LEFT JOIN activity_twice AS t
  ON t.source_name = a.source_name AND t.natural_key = a.natural_key
GROUP BY
  a.source_name,
  a.billing_month,
  CAST(a.charge_period_start AS DATE),
  a.activity_kind,
  a.role,
  a.subject,
  a.workflow,
  a.use_case,
  a.department_name,
  a.evidence,
  t.by_source

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
      a.evidence
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
  CAST(SUM(a.minutes) AS DECIMAL(28, 12)) AS minutes,
  COUNT(*) AS usage_rows
FROM activity AS a
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
  a.evidence

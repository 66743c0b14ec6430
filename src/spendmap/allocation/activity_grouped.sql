-- activity_grouped: human work per day, kind, role and key.
-- in:  activity, activity_twice (rows that another source's worklog stands for)
-- out: one row per group; minutes add up exactly
SELECT
    md5(concat_ws('|', 'activity', a.source_name, CAST(CAST(a.charge_period_start AS DATE) AS VARCHAR),
        coalesce(a.activity_kind, ''), coalesce(a.role, ''), coalesce(a.subject, ''), coalesce(a.workflow, ''),
        coalesce(a.use_case, ''), coalesce(a.department_name, ''), a.evidence, t.by_source)) AS group_key,
    a.source_name,
    a.billing_month,
    CAST(a.charge_period_start AS DATE)    AS charge_date,
    min(a.charge_period_start)             AS charge_period_start,
    a.activity_kind,
    a.role,
    a.subject,
    a.workflow,
    a.use_case,
    a.department_name,
    a.evidence,
    CASE WHEN t.by_source IS NOT NULL THEN concat('source:', t.by_source) END AS covered_by,
    CAST(sum(a.minutes) AS DECIMAL(28,12)) AS minutes,
    count(*)                               AS usage_rows
FROM activity AS a
LEFT JOIN activity_twice AS t ON t.source_name = a.source_name AND t.natural_key = a.natural_key
GROUP BY
    a.source_name, a.billing_month, CAST(a.charge_period_start AS DATE), a.activity_kind, a.role, a.subject, a.workflow,
    a.use_case, a.department_name, a.evidence, t.by_source

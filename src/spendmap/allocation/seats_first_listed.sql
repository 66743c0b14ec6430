-- seats_first_listed: since when a source lists a plan for a department.
-- in:  utilization_ever (every captured month, whichever are allocated)
-- out: one row per source, supplier, product, plan and department
SELECT
    u.source_name, u.supplier_name, u.product, u.plan, u.department_name,
    CAST(min(u.charge_period_start) AS DATE) AS first_day
FROM utilization_ever AS u
WHERE u.resource_kind = 'seat'
GROUP BY u.source_name, u.supplier_name, u.product, u.plan, u.department_name

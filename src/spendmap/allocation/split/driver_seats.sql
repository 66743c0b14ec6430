-- driver_seats: seats bought at the end of each month for a use case, where a register key ties the seat line to one.
-- in:  utilization_ruled (utilization_fields + rule_no + key_*), utilization
-- out: one row per month and use case
SELECT
    r.billing_month AS month,
    r.key_use_case AS use_case,
    CAST(sum(r.provisioned_quantity) AS DECIMAL(38,12)) AS seats
FROM utilization_ruled AS r
JOIN (
    SELECT u.source_name, u.billing_month, u.supplier_name, u.product, u.plan, u.department_name,
        max(u.charge_period_start) AS last_listed
    FROM utilization AS u
    WHERE u.resource_kind = 'seat'
    GROUP BY u.source_name, u.billing_month, u.supplier_name, u.product, u.plan, u.department_name
) AS l
    ON l.source_name = r.source_name AND l.billing_month = r.billing_month AND l.last_listed = r.charge_period_start
    AND coalesce(l.supplier_name, '') = coalesce(r.supplier_name, '') AND coalesce(l.product, '') = coalesce(r.product, '')
    AND coalesce(l.plan, '') = coalesce(r.plan, '') AND coalesce(l.department_name, '') = coalesce(r.department_name, '')
WHERE r.resource_kind = 'seat' AND r.key_use_case IS NOT NULL AND r.covered_by IS NULL
GROUP BY r.billing_month, r.key_use_case
ORDER BY r.billing_month, r.key_use_case

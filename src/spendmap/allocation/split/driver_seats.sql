-- driver_seats: seats bought for a use case, where a register key ties the seat line to one.
-- in:  utilization_ruled (utilization_fields + rule_no + key_*)
-- out: one row per month and use case
SELECT
    r.billing_month AS month,
    r.key_use_case AS use_case,
    CAST(sum(r.provisioned_quantity) AS DECIMAL(38,12)) AS seats
FROM utilization_ruled AS r
WHERE r.resource_kind = 'seat' AND r.key_use_case IS NOT NULL
GROUP BY r.billing_month, r.key_use_case
ORDER BY r.billing_month, r.key_use_case

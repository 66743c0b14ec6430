-- seats: seats bought and used in one month, by the tool that step 2 tied them to.
-- in:  utilization, allocation, $last month
-- out: one row per seat line; used NULL = not measured
SELECT
    a.tool, CAST(u.provisioned_quantity AS DECIMAL(38,12)) AS bought, CAST(u.used_quantity AS DECIMAL(38,12)) AS used,
    u.contracted_unit_price AS unit_price, u.billing_currency AS currency, a.department
FROM utilization AS u
JOIN (
    SELECT DISTINCT source_name, origin_key, tool, department
    FROM allocation
    WHERE origin = 'utilization' AND billing_month = $last
) AS a ON a.source_name = u.source_name AND a.origin_key = u.natural_key
WHERE u.resource_kind = 'seat' AND u.billing_month = $last AND a.tool IS NOT NULL AND u.provisioned_quantity IS NOT NULL
ORDER BY a.tool, u.natural_key

-- seats: seats bought and used in one month, by the tool that step 2 tied them to.
-- in:  utilization, allocation, $last month
-- A plan that is listed several times in the month counts as it was listed last.
-- out: one row per seat line; used NULL = not measured
SELECT
    a.tool, CAST(u.provisioned_quantity AS DECIMAL(38,12)) AS bought, CAST(u.used_quantity AS DECIMAL(38,12)) AS used,
    u.contracted_unit_price AS unit_price, u.price_months, u.billing_currency AS currency, a.department
FROM (
    SELECT u.*, max(u.charge_period_start) OVER (
        PARTITION BY u.source_name, u.supplier_name, u.product, u.plan, u.department_name
    ) AS last_listed
    FROM utilization AS u
    WHERE u.resource_kind = 'seat' AND u.billing_month = $last
) AS u
JOIN (
    SELECT DISTINCT source_name, origin_key, tool, department
    FROM allocation
    WHERE origin = 'utilization' AND scope <> 'covered' AND billing_month = $last
) AS a ON a.source_name = u.source_name AND a.origin_key = u.natural_key
WHERE u.charge_period_start = u.last_listed AND a.tool IS NOT NULL AND u.provisioned_quantity IS NOT NULL
ORDER BY a.tool, u.natural_key

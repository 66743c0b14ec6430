-- tool_seats: seats bought and in use in one month, by the tool that step 2 tied them to.
-- in:  utilization, allocation, $last month
-- out: one row per tool; used NULL where any of its seat lines does not tell
SELECT
    a.tool,
    sum(CAST(u.provisioned_quantity AS DECIMAL(38,12))) AS bought,
    CASE WHEN count(u.used_quantity) = count(*) THEN sum(CAST(u.used_quantity AS DECIMAL(38,12))) END AS used
FROM utilization AS u
JOIN (
    SELECT DISTINCT source_name, origin_key, tool
    FROM allocation
    WHERE origin = 'utilization' AND billing_month = $last
) AS a ON a.source_name = u.source_name AND a.origin_key = u.natural_key
WHERE u.resource_kind = 'seat' AND u.billing_month = $last AND a.tool IS NOT NULL
GROUP BY a.tool
ORDER BY a.tool

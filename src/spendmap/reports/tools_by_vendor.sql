-- tools_by_vendor: money for internal tools whose capability is known, which the overlap lens regroups by capability.
-- in:  month; basis by name, known tools and vendors and conditions by parameter
-- out: one row per month, tool, vendor, grade and the two claims, of every month
SELECT
    month,
    tool,
    vendor,
    evidence,
    owner IS NOT NULL AS is_owned,
    COALESCE(department, cost_center) IS NOT NULL AS is_allocated,
    SUM({cost}) AS cost,
    SUM(rows) AS rows
FROM month
WHERE scope = 'ai' AND category = 'internal_tools' AND currency = $currency
    -- calls of a use case or an agent are no tool of a vendor's
    AND (tool IN (SELECT UNNEST($tools))
        OR (vendor IN (SELECT UNNEST($vendors)) AND (tool IS NOT NULL OR (use_case IS NULL AND agent IS NULL))))
    AND {where}
GROUP BY ALL

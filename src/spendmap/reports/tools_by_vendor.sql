-- tools_by_vendor: money for internal tools, tool by tool, which the overlap lens regroups by capability.
-- in:  month; basis by name, window and conditions by parameter
-- out: one row per month, tool, vendor, grade and the two claims
SELECT
    month,
    tool,
    vendor,
    evidence,
    owner IS NOT NULL AS is_owned,
    department IS NOT NULL OR cost_center IS NOT NULL AS is_allocated,
    SUM({cost}) AS cost,
    SUM(rows) AS rows
FROM month
WHERE scope = 'ai' AND category = 'internal_tools' AND currency = $currency
    AND (month BETWEEN $strip_first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL

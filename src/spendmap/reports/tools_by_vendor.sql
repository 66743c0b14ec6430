-- tools_by_vendor: money for internal tools whose capability is known, which the overlap lens regroups by capability.
-- in:  month; basis by name, windows, known tools and vendors and conditions by parameter
-- out: one row per month, tool and vendor; in the period itself also by grade and the two claims
SELECT
    month,
    tool,
    vendor,
    CASE WHEN month >= $first THEN evidence END AS evidence,
    month >= $first AND owner IS NOT NULL AS is_owned,
    month >= $first AND COALESCE(department, cost_center) IS NOT NULL AS is_allocated,
    SUM({cost}) AS cost,
    SUM(rows) AS rows
FROM month
WHERE scope = 'ai' AND category = 'internal_tools' AND currency = $currency AND month >= $low AND month <= $high
    AND (month BETWEEN $strip_first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND (tool IN (SELECT UNNEST($tools)) OR vendor IN (SELECT UNNEST($vendors)))
    AND {where}
GROUP BY ALL

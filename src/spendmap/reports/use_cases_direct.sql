-- use_cases_direct: AI money of the period of every use case, in one pass.
-- in:  month; basis by name, currency and window by parameter
-- out: one row per use case and grade; the last two columns say whether any row names a vendor or model, a cost centre
SELECT
    use_case,
    evidence,
    SUM({cost}) AS cost,
    SUM({missing}) AS missing,
    SUM(rows) AS rows,
    MAX(CASE WHEN vendor IS NOT NULL OR model IS NOT NULL THEN 1 ELSE 0 END) AS has_vendor,
    MAX(CASE WHEN cost_center IS NOT NULL THEN 1 ELSE 0 END) AS has_cost_center
FROM month
WHERE scope = 'ai' AND use_case IS NOT NULL AND currency = $currency AND month BETWEEN $first AND $last
GROUP BY use_case, evidence
ORDER BY use_case, evidence

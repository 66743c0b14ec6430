-- month_parts: AI money of the period and the one before by what kind of proof stands behind it.
-- in:  month; basis by name, periods and conditions by parameter
-- out: one row per period x part; labour is people's work, whatever its evidence
SELECT
    month BETWEEN $first AND $last AS is_now,
    CASE WHEN layer = 'labour' THEN 'labour' WHEN evidence = 'invoiced' THEN 'billed' ELSE 'estimated' END AS part,
    evidence,
    SUM({cost}) AS cost
FROM month
WHERE scope = 'ai' AND currency = $currency AND month >= $low_selected AND month <= $high
    AND (month BETWEEN $first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL

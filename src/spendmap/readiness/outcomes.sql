-- outcomes: use cases whose outcomes were captured in some months.
-- in:  outcome (the months asked for)
-- out: one row per use case
SELECT DISTINCT coalesce(o.use_case, o.workflow) AS use_case
FROM outcome AS o
WHERE coalesce(o.use_case, o.workflow) IS NOT NULL AND o.billing_month BETWEEN $first AND $last
ORDER BY use_case

-- card_outcomes: workflow runs of one use case in the period, by what became of them.
-- in:  outcome; use case, its workflows and the window by parameter
-- out: one row per result; a fact without a quantity is one run
SELECT
    outcome_result AS result,
    CAST(SUM(COALESCE(quantity, 1)) AS DECIMAL(38,12)) AS runs,
    COUNT(*) AS rows
FROM outcome
WHERE outcome_kind = 'workflow_run' AND outcome_result IS NOT NULL AND billing_month BETWEEN $first AND $last
    AND (use_case = $use_case OR (use_case IS NULL AND LIST_CONTAINS($workflows, workflow)))
GROUP BY outcome_result
ORDER BY outcome_result

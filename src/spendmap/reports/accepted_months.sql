-- accepted_months: workflow runs of each use case and month whose result was accepted.
-- in:  outcome (the months asked for)
-- out: one row per use case x month; a run without a quantity is one run
SELECT use_case, billing_month AS month, SUM(COALESCE(quantity, 1)) AS accepted
FROM outcome
WHERE outcome_kind = 'workflow_run' AND outcome_result = 'accepted' AND use_case IS NOT NULL
    AND billing_month BETWEEN $from AND $to
GROUP BY use_case, billing_month

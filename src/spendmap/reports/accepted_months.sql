-- accepted_months: workflow runs of each use case and month whose result was accepted.
-- in:  outcome (all months)
-- out: one row per use case x month; a run without a quantity is one run
SELECT use_case, billing_month AS month, SUM(COALESCE(quantity, 1)) AS accepted
FROM outcome
WHERE outcome_kind = 'workflow_run' AND outcome_result = 'accepted' AND use_case IS NOT NULL
GROUP BY use_case, billing_month

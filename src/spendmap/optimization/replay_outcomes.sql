-- replay_outcomes: workflow runs by their result.
-- in:  outcome (the months asked for)
-- out: one row; a fact without a quantity is one run
SELECT
    CAST(coalesce(sum(coalesce(o.quantity, 1)), 0) AS DECIMAL(38,12)) AS runs,
    CAST(coalesce(sum(CASE WHEN o.outcome_result = 'accepted' THEN coalesce(o.quantity, 1) END), 0) AS DECIMAL(38,12)) AS accepted
FROM outcome AS o
WHERE o.outcome_kind = 'workflow_run' AND o.outcome_result IS NOT NULL

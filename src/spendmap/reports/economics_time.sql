-- economics_time: minutes claimed as saved, and minutes of tasks done with and without AI.
-- in:  outcome
SELECT
    o.use_case, o.workflow, o.source_name, o.outcome_kind AS kind, o.outcome_result AS result, o.unit, o.evidence,
    sum(o.quantity) AS quantity, CAST(sum(o.facts) AS BIGINT) AS facts
FROM outcome AS o
WHERE o.month BETWEEN $first AND $last AND o.outcome_kind IN ('time_saved', 'task_time')
GROUP BY ALL
ORDER BY ALL

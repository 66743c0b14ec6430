-- economics_runs: judged runs by one key and result.
-- in:  outcome; {key} a column of it; $kind workflow_run or evaluation_run
-- out: quantity, money the source states beside the runs, and how many rows state it
SELECT
    {key} AS key, o.outcome_result AS result, o.evidence, sum(o.quantity) AS quantity, sum(o.amount) AS amount,
    CAST(sum(o.facts) AS BIGINT) AS facts, CAST(sum(o.known_amounts) AS BIGINT) AS known
FROM outcome AS o
WHERE o.month BETWEEN $first AND $last AND o.outcome_kind = $kind AND coalesce(o.currency, $currency) = $currency
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3

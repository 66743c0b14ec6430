-- call_alike_turn: of equal calls that follow within two seconds of each other the first of one source is the first of the
--                  other, the second the second: what two complete logs show.
-- in:  call_alike_row
-- out: one row per row and better witness. Two different ids are two calls.
WITH in_runs AS (
    SELECT
        a.*,
        sum(a.begins) OVER (
            PARTITION BY a.same, a.tokens_in, a.tokens_out
            ORDER BY a.charge_period_start, a.source_name, a.natural_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM call_alike_row AS a
),
numbered AS (
    SELECT
        r.*,
        row_number() OVER (
            PARTITION BY r.same, r.tokens_in, r.tokens_out, r.run, r.source_name
            ORDER BY r.charge_period_start, r.natural_key
        ) AS turn
    FROM in_runs AS r
)
SELECT
    l.source_name, l.natural_key, l.billing_month, w.source_name AS by_source, w.natural_key AS by_key, w.witness_no
FROM numbered AS l
JOIN numbered AS w
    ON w.same = l.same AND w.tokens_in = l.tokens_in AND w.tokens_out = l.tokens_out AND w.run = l.run AND w.turn = l.turn
WHERE (w.witness_no < l.witness_no OR (w.witness_no = l.witness_no AND w.source_name < l.source_name))
    AND w.charge_period_start - INTERVAL '2' SECOND <= l.charge_period_start
    AND l.charge_period_start - INTERVAL '2' SECOND <= w.charge_period_start
    AND (w.response_id IS NULL OR l.response_id IS NULL)
    AND (w.family IS NULL OR l.family IS NULL OR w.family = l.family)
    AND (w.billing_account_id IS NULL OR l.billing_account_id IS NULL OR w.billing_account_id = l.billing_account_id)

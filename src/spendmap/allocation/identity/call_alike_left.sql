-- call_alike_left: equal calls that no turn paired, since one log lacks some of them (a sample, a restart): neighbours.
-- in:  call_alike_row, call_alike_turn
-- out: one row per row and better witness, one to one for two sources
-- Two sources at a time. One adds to a balance, the other takes off; a call opens where it moves the balance away from 0,
-- and the next one that crosses the same place closes it. So neighbours in time meet, and what lies between them has met.
WITH paired AS (
    SELECT t.source_name, t.natural_key FROM call_alike_turn AS t
    UNION
    SELECT t.by_source AS source_name, t.by_key AS natural_key FROM call_alike_turn AS t
),
alone AS (
    SELECT a.*
    FROM call_alike_row AS a
    LEFT JOIN paired AS p ON p.source_name = a.source_name AND p.natural_key = a.natural_key
    WHERE p.natural_key IS NULL
),
sources AS (
    SELECT a.source_name, min(a.witness_no) AS witness_no FROM alone AS a GROUP BY a.source_name
),
sides AS (
    SELECT l.source_name AS less, w.source_name AS better, s.side,
        CASE WHEN s.side = 1 THEN w.source_name ELSE l.source_name END AS source_name
    FROM sources AS l
    JOIN sources AS w
        ON w.witness_no < l.witness_no OR (w.witness_no = l.witness_no AND w.source_name < l.source_name)
    CROSS JOIN (SELECT 1 AS side UNION ALL SELECT -1 AS side) AS s
),
apart AS (
    SELECT
        a.*, s.less, s.better, s.side,
        CASE
            WHEN a.charge_period_start - INTERVAL '2' SECOND <= lag(a.charge_period_start) OVER (
                PARTITION BY s.less, s.better, a.same, a.tokens_in, a.tokens_out
                ORDER BY a.charge_period_start, a.source_name, a.natural_key
            ) THEN 0
            ELSE 1
        END AS starts
    FROM alone AS a
    JOIN sides AS s ON s.source_name = a.source_name
),
in_runs AS (
    SELECT
        a.*,
        sum(a.starts) OVER (
            PARTITION BY a.less, a.better, a.same, a.tokens_in, a.tokens_out
            ORDER BY a.charge_period_start, a.source_name, a.natural_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM apart AS a
),
balanced AS (
    SELECT
        r.*,
        sum(r.side) OVER (
            PARTITION BY r.less, r.better, r.same, r.tokens_in, r.tokens_out, r.run
            ORDER BY r.charge_period_start, r.source_name, r.natural_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS balance
    FROM in_runs AS r
),
crossing AS (
    SELECT b.*, CASE WHEN b.side = 1 THEN b.balance - 1 ELSE b.balance END AS place FROM balanced AS b
),
numbered AS (
    SELECT
        c.*,
        row_number() OVER (
            PARTITION BY c.less, c.better, c.same, c.tokens_in, c.tokens_out, c.run, c.place
            ORDER BY c.charge_period_start, c.source_name, c.natural_key
        ) AS turn
    FROM crossing AS c
)
SELECT
    l.source_name, l.natural_key, l.billing_month, w.source_name AS by_source, w.natural_key AS by_key, w.witness_no
FROM numbered AS l
JOIN numbered AS w
    ON w.less = l.less AND w.better = l.better AND w.same = l.same AND w.tokens_in = l.tokens_in
    AND w.tokens_out = l.tokens_out AND w.run = l.run AND w.place = l.place
WHERE l.side = -1 AND w.side = 1
    AND ((l.turn % 2 = 0 AND w.turn = l.turn - 1) OR (l.turn % 2 = 1 AND w.turn = l.turn + 1))
    AND w.charge_period_start - INTERVAL '2' SECOND <= l.charge_period_start
    AND l.charge_period_start - INTERVAL '2' SECOND <= w.charge_period_start
    AND (w.response_id IS NULL OR l.response_id IS NULL)
    AND (w.family IS NULL OR l.family IS NULL OR w.family = l.family)
    AND (w.billing_account_id IS NULL OR l.billing_account_id IS NULL OR w.billing_account_id = l.billing_account_id)

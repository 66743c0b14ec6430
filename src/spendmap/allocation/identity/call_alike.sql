-- call_alike: pairs of rows of two sources that look like one call: the same account, model and tokens within two seconds.
-- in:  usage_near, model_name, call_alike_key, call_same_id (rows that are known to repeat a call are left out)
-- out: one row per row that another source tells of, with its better witness; one to one, in order of time
-- Rows of one model and count that follow within two seconds of each other are a run; the first of one source is the
-- first of the other. Two different ids are two calls.
WITH alike AS (
    SELECT
        u.source_name, u.natural_key, u.billing_month, u.charge_period_start, u.response_id, u.billing_account_id,
        CASE WHEN u.provider_name = 'azure' THEN 'openai' ELSE u.provider_name END AS family,
        CASE u.witness WHEN 'provider' THEN 1 WHEN 'gateway' THEN 2 WHEN 'session' THEN 3 WHEN 'trace' THEN 4 ELSE 5 END
            AS witness_no,
        k.same, k.tokens_in, k.tokens_out
    FROM usage_near AS u
    JOIN model_name AS m ON m.model = coalesce(u.response_model, u.request_model)
    JOIN call_alike_key AS k
        ON k.same = m.same
        AND k.tokens_in = coalesce(u.input_uncached, 0) + coalesce(u.cache_read, 0) + coalesce(u.cache_write_5m, 0)
            + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0) + coalesce(u.input_audio, 0)
            + coalesce(u.input_image, 0)
        AND k.tokens_out = coalesce(u.output, 0) + coalesce(u.output_audio, 0) + coalesce(u.output_image, 0)
    LEFT JOIN call_same_id AS d ON d.source_name = u.source_name AND d.natural_key = u.natural_key
    WHERE u.not_bought IS NULL AND coalesce(u.requests, 1) = 1 AND d.natural_key IS NULL
),
after AS (
    SELECT
        a.*,
        CASE
            WHEN a.charge_period_start - INTERVAL '2' SECOND <= lag(a.charge_period_start) OVER (
                PARTITION BY a.same, a.tokens_in, a.tokens_out
                ORDER BY a.charge_period_start, a.source_name, a.natural_key
            ) THEN 0
            ELSE 1
        END AS begins
    FROM alike AS a
),
in_runs AS (
    SELECT
        a.*,
        sum(a.begins) OVER (
            PARTITION BY a.same, a.tokens_in, a.tokens_out
            ORDER BY a.charge_period_start, a.source_name, a.natural_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM after AS a
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
    l.source_name, l.natural_key, l.billing_month,
    w.source_name AS by_source,
    w.natural_key AS by_key,
    row_number() OVER (PARTITION BY l.source_name, l.natural_key ORDER BY w.witness_no, w.source_name) AS choice
FROM numbered AS l
JOIN numbered AS w
    ON w.same = l.same AND w.tokens_in = l.tokens_in AND w.tokens_out = l.tokens_out AND w.run = l.run AND w.turn = l.turn
WHERE (w.witness_no < l.witness_no OR (w.witness_no = l.witness_no AND w.source_name < l.source_name))
    AND w.charge_period_start - INTERVAL '2' SECOND <= l.charge_period_start
    AND l.charge_period_start - INTERVAL '2' SECOND <= w.charge_period_start
    AND (w.response_id IS NULL OR l.response_id IS NULL)
    AND (w.family IS NULL OR l.family IS NULL OR w.family = l.family)
    AND (w.billing_account_id IS NULL OR l.billing_account_id IS NULL OR w.billing_account_id = l.billing_account_id)

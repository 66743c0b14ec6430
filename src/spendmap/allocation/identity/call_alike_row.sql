-- call_alike_row: single calls whose model and tokens another source shows too.
-- in:  usage_near, model_name, call_alike_key, call_same_id (rows that are known to repeat a call are left out)
-- out: one row per row of usage; begins = 1 where more than two seconds lie before it: a run of equal calls begins
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
)
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

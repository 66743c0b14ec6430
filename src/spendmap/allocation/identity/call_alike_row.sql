-- call_alike_row: single calls whose model and tokens another source shows too.
-- in:  call_single, call_alike_key, call_same_id (rows that are known to repeat a call are left out)
-- out: one row per row of usage; begins = 1 where more than two seconds lie before it: a run of equal calls begins
WITH alike AS (
    SELECT
        c.source_name, c.natural_key, c.billing_month, c.charge_period_start, c.response_id, c.billing_account_id,
        CASE WHEN c.provider_name = 'azure' THEN 'openai' ELSE c.provider_name END AS family,
        CASE c.witness WHEN 'provider' THEN 1 WHEN 'gateway' THEN 2 WHEN 'session' THEN 3 WHEN 'trace' THEN 4 ELSE 5 END
            AS witness_no,
        c.same, c.tokens_in, c.tokens_out
    FROM call_single AS c
    JOIN call_alike_key AS k ON k.number = c.number
    LEFT JOIN call_same_id AS d ON d.source_name = c.source_name AND d.natural_key = c.natural_key
    WHERE d.natural_key IS NULL AND c.tokens_in + c.tokens_out > 0
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

-- call_law: ids of answers that count more than once.
-- in:  usage_priced
-- out: one row. Twice: the same id, model and tokens within 48 hours in two rows that both count. An id that one source
--      gives to more than 50 rows identifies nothing; one below 20 characters needs the same provider.
WITH counting AS (
    SELECT
        u.response_id, u.source_name, u.model, u.input_tokens, u.output_tokens, u.charge_period_start,
        CASE WHEN length(u.response_id) >= 20 THEN '' ELSE coalesce(u.provider_name, '') END AS family
    FROM usage_priced AS u
    WHERE u.response_id IS NOT NULL AND u.not_bought IS NULL AND u.covered_by IS NULL
        AND u.input_tokens + u.output_tokens > 0
),
constant AS (
    SELECT c.response_id
    FROM (
        SELECT u.response_id, u.source_name, count(*) AS stated
        FROM usage_priced AS u
        WHERE u.response_id IS NOT NULL
        GROUP BY u.response_id, u.source_name
        HAVING count(*) > 50
    ) AS c
    GROUP BY c.response_id
),
after AS (
    SELECT
        c.response_id,
        c.charge_period_start - INTERVAL '48' HOUR <= lag(c.charge_period_start) OVER (
            PARTITION BY c.response_id, c.family, c.model, c.input_tokens, c.output_tokens
            ORDER BY c.charge_period_start, c.source_name
        ) AS is_again
    FROM counting AS c
    LEFT JOIN constant AS k ON k.response_id = c.response_id
    WHERE k.response_id IS NULL
)
SELECT
    (SELECT count(*) FROM counting) AS ids,
    (SELECT count(*) FROM usage_priced AS u WHERE u.covered_by IS NOT NULL) AS covered,
    count(DISTINCT CASE WHEN a.is_again THEN a.response_id END) AS twice
FROM after AS a

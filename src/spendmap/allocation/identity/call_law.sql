-- call_law: ids of answers that count more than once.
-- in:  usage, usage_covered (rows that another row tells of)
-- out: one row. Twice: the same id, model and tokens within 48 hours in two rows that both count. An id that one source
--      gives to more than 50 rows identifies nothing; one below 20 characters needs the same provider.
WITH stated AS (
    SELECT
        u.response_id, u.source_name, coalesce(u.response_model, u.request_model) AS model, u.charge_period_start,
        coalesce(u.input_uncached, 0) + coalesce(u.cache_read, 0) + coalesce(u.cache_write_5m, 0)
            + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0) + coalesce(u.input_audio, 0)
            + coalesce(u.input_image, 0) + coalesce(u.input_video, 0) AS input_tokens,
        coalesce(u.output, 0) + coalesce(u.output_audio, 0) + coalesce(u.output_image, 0)
            + coalesce(u.output_video, 0) AS output_tokens,
        CASE WHEN length(u.response_id) >= 20 THEN '' ELSE coalesce(u.provider_name, '') END AS family,
        u.not_bought IS NULL AND c.natural_key IS NULL AS is_counting
    FROM usage AS u
    LEFT JOIN usage_covered AS c ON c.source_name = u.source_name AND c.natural_key = u.natural_key
    WHERE u.response_id IS NOT NULL
),
counting AS (
    SELECT s.* FROM stated AS s WHERE s.is_counting AND s.input_tokens + s.output_tokens > 0
),
constant AS (
    SELECT c.response_id
    FROM (
        SELECT s.response_id, s.source_name, count(*) AS stated
        FROM stated AS s
        GROUP BY s.response_id, s.source_name
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
    (SELECT count(*) FROM usage_covered) AS covered,
    count(DISTINCT CASE WHEN a.is_again THEN a.response_id END) AS twice
FROM after AS a

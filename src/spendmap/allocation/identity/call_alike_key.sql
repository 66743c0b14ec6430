-- call_alike_key: models and token counts that rows of two sources have in common.
-- in:  call_few_key, usage_near, model_name, model_in_two
-- out: one row per model, input and output tokens. The source with most calls is held against the others' counts, not
--      grouped by its own: nearly each of its calls has counts of its own.
SELECT f.same, f.tokens_in, f.tokens_out
FROM call_few_key AS f
WHERE f.first_source <> f.last_source
UNION
SELECT f.same, f.tokens_in, f.tokens_out
FROM (
    SELECT
        u.source_name,
        m.same,
        coalesce(u.input_uncached, 0) + coalesce(u.cache_read, 0) + coalesce(u.cache_write_5m, 0)
            + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0) + coalesce(u.input_audio, 0)
            + coalesce(u.input_image, 0) AS tokens_in,
        coalesce(u.output, 0) + coalesce(u.output_audio, 0) + coalesce(u.output_image, 0) AS tokens_out
    FROM usage_near AS u
    JOIN model_name AS m ON m.model = coalesce(u.response_model, u.request_model)
    JOIN model_in_two AS t ON t.same = m.same
    WHERE u.not_bought IS NULL AND coalesce(u.requests, 1) = 1 AND u.source_name = t.most
) AS k
JOIN call_few_key AS f ON f.same = k.same AND f.tokens_in = k.tokens_in AND f.tokens_out = k.tokens_out

-- call_few_key: models and token counts in the rows of all sources but the one with most calls of the model.
-- in:  usage_near, model_name, model_in_two (models that two sources name in one month, and which has most calls of each)
-- out: one row per model, input and output tokens; single calls with tokens on either side: an embedding or a reranking
--      has input alone, an image or speech may have output alone. What states no tokens is like nothing.
SELECT
    k.same,
    k.tokens_in,
    k.tokens_out,
    min(k.source_name) AS first_source,
    max(k.source_name) AS last_source
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
    WHERE u.not_bought IS NULL AND coalesce(u.requests, 1) = 1 AND u.source_name <> t.most
) AS k
WHERE k.tokens_in + k.tokens_out > 0
GROUP BY k.same, k.tokens_in, k.tokens_out

-- call_seen: the rows that share an id, the best witness of each id first.
-- in:  usage_near, call_id_shared, model_name (a model as written -> its name without seller and date, its maker)
-- out: one row per row of usage; place orders the witnesses of an id: one that states tokens, then provider, gateway,
--      session, trace, then a call that was bought, then the more complete, then the source's name
-- An id of 20 characters or more is unlike every other; a shorter one also needs the same provider. A refused call and a
-- stored answer read again are no witnesses; a hit in the gateway's cache is one: it says that nothing was bought.
SELECT
    s.*,
    row_number() OVER (
        PARTITION BY s.response_id, s.family
        ORDER BY s.is_silent, s.witness_no, s.is_unbought, s.completeness DESC, s.source_name, s.natural_key
    ) AS place
FROM (
    SELECT
        u.source_name,
        u.natural_key,
        u.billing_month,
        u.charge_period_start,
        u.response_id,
        CASE
            WHEN length(u.response_id) >= 20 THEN ''
            WHEN coalesce(u.provider_name, m.maker, q.maker) = 'azure' THEN 'openai'
            ELSE coalesce(u.provider_name, m.maker, q.maker, '')
        END AS family,
        q.same AS asked,
        m.same AS answered,
        coalesce(u.input_uncached, 0) + coalesce(u.cache_read, 0) + coalesce(u.cache_write_5m, 0)
            + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0) + coalesce(u.input_audio, 0)
            + coalesce(u.input_image, 0) AS tokens_in,
        coalesce(u.output, 0) + coalesce(u.output_audio, 0) + coalesce(u.output_image, 0) AS tokens_out,
        CASE
            WHEN u.not_bought IS NOT NULL THEN 0
            WHEN coalesce(u.input_uncached, 0) + coalesce(u.cache_read, 0) + coalesce(u.cache_write_5m, 0)
                + coalesce(u.cache_write_1h, 0) + coalesce(u.cache_write_other, 0) + coalesce(u.input_audio, 0)
                + coalesce(u.input_image, 0) + coalesce(u.output, 0) + coalesce(u.output_audio, 0)
                + coalesce(u.output_image, 0) = 0 THEN 1
            ELSE 0
        END AS is_silent,
        CASE u.witness WHEN 'provider' THEN 1 WHEN 'gateway' THEN 2 WHEN 'session' THEN 3 WHEN 'trace' THEN 4 ELSE 5 END
            AS witness_no,
        CASE WHEN u.not_bought IS NULL THEN 0 ELSE 1 END AS is_unbought,
        coalesce(u.completeness, 0) AS completeness
    FROM usage_near AS u
    JOIN call_id_shared AS i ON i.response_id = u.response_id
    LEFT JOIN model_name AS m ON m.model = u.response_model
    LEFT JOIN model_name AS q ON q.model = u.request_model
    WHERE u.not_bought IS NULL OR u.not_bought = 'gateway_cache'
) AS s

-- call_sources: which sources hold calls, by which names of models, and how many of them state the provider's id.
-- in:  usage_near
-- out: one row per source, month and model as written
SELECT
    u.source_name,
    u.billing_month,
    coalesce(u.response_model, u.request_model, '') AS model,
    count(*) AS calls,
    count(u.response_id) AS ids
FROM usage_near AS u
GROUP BY u.source_name, u.billing_month, coalesce(u.response_model, u.request_model, '')

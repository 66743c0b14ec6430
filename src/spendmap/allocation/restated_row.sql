-- restated_row: what one book makes of the rows of usage that were published before.
-- in:  priced (output of price_usage.sql), published_shape (shapes of the published months), default_currency
-- out: one row per row of usage whose load the published month knew
-- A row that was loaded again counts as another row: what its file changed is no change of a price.
SELECT
    p.source_name,
    p.billing_month,
    p.natural_key,
    p.provider_name,
    coalesce(p.response_model, p.request_model) AS model,
    p.price_provider,
    p.price_model,
    coalesce(p.contracted_currency, p.price_currency, d.currency) AS currency,
    p.contracted_cost
FROM priced AS p
JOIN (SELECT DISTINCT s.source_name, s.billing_month, s.load_id FROM published_shape AS s) AS l
    ON l.source_name = p.source_name AND l.billing_month = p.billing_month AND l.load_id = p.load_id
CROSS JOIN default_currency AS d

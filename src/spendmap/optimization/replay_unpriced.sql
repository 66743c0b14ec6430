-- replay_unpriced: usage without a price, and the most it would cost at any model of its provider that was in use.
-- in:  replay_priced, price_wide (unit prices by price_key, which `price_ids` names)
-- out: one row per provider and currency; dearest is NULL where the provider has no priced model in the period
-- Every input token counts at the uncached price: this is an upper end, not an estimate.
SELECT
    n.provider_name,
    n.currency,
    n.usage_rows,
    n.input_tokens,
    n.output_tokens,
    CAST(max(
        CAST(n.input_tokens AS DECIMAL(19,0)) * m.input_price + CAST(n.output_tokens AS DECIMAL(19,0)) * m.output_price
    ) AS DECIMAL(38,12)) AS dearest
FROM (
    SELECT
        u.provider_name, u.currency, CAST(sum(u.usage_rows) AS BIGINT) AS usage_rows,
        CAST(sum(u.input_tokens) AS BIGINT) AS input_tokens, CAST(sum(u.output_tokens) AS BIGINT) AS output_tokens
    FROM replay_priced AS u
    WHERE u.unpriced_reason IS NOT NULL
    GROUP BY u.provider_name, u.currency
) AS n
LEFT JOIN (
    SELECT DISTINCT u.provider_name, p.currency, p.input_uncached AS input_price, p.output AS output_price
    FROM replay_priced AS u
    JOIN price_wide AS p ON p.price_key = u.price_ids
    WHERE p.input_uncached IS NOT NULL AND p.output IS NOT NULL
) AS m
    ON coalesce(m.provider_name, '') = coalesce(n.provider_name, '') AND m.currency = n.currency
GROUP BY n.provider_name, n.currency, n.usage_rows, n.input_tokens, n.output_tokens
ORDER BY n.provider_name, n.currency

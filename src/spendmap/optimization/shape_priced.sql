-- shape_priced: the scenario's shapes of usage, priced, rolled up per group of the map and price. See replay_priced.
-- in:  priced (output of price_usage.sql over shapes), usage_shape, default_currency (one row: the workspace's)
-- out: as replay_priced; own_currency is the group's on the map, which a price in another one would leave
-- check: sum(usage_rows) = sum of usage_shape
SELECT
    s.group_key,
    s.billing_month,
    s.provider_name,
    coalesce(p.contracted_currency, p.price_currency, d.currency)           AS currency,
    s.currency                                                              AS own_currency,
    p.price_key                                                             AS price_ids,
    CASE WHEN p.contracted_cost IS NULL THEN p.unpriced_reason END          AS unpriced_reason,
    sum(CAST(p.list_cost * CAST(s.copies AS DECIMAL(9,0)) AS DECIMAL(38,12)))       AS list_cost,
    sum(CAST(p.contracted_cost * CAST(s.copies AS DECIMAL(9,0)) AS DECIMAL(38,12))) AS contracted_cost,
    CAST(sum(s.usage_rows) AS BIGINT)                                       AS usage_rows,
    CAST(sum(s.copies * (
        coalesce(s.input_uncached, 0) + coalesce(s.cache_read, 0) + coalesce(s.cache_write_5m, 0)
        + coalesce(s.cache_write_1h, 0) + coalesce(s.cache_write_other, 0) + coalesce(s.input_audio, 0)
        + coalesce(s.input_image, 0) + coalesce(s.input_video, 0)
    )) AS BIGINT)                                                           AS input_tokens,
    CAST(sum(s.copies * (
        coalesce(s.output, 0) + coalesce(s.output_audio, 0) + coalesce(s.output_image, 0) + coalesce(s.output_video, 0)
    )) AS BIGINT)                                                           AS output_tokens
FROM usage_shape AS s
JOIN priced AS p
    ON p.billing_month = s.billing_month AND p.natural_key = CAST(s.shape AS VARCHAR)
CROSS JOIN default_currency AS d
GROUP BY
    s.group_key, s.billing_month, s.provider_name, coalesce(p.contracted_currency, p.price_currency, d.currency), s.currency,
    p.price_key, CASE WHEN p.contracted_cost IS NULL THEN p.unpriced_reason END

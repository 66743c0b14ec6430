-- replay_priced: the scenario's usage rows, priced, rolled up per group of the map and price.
-- in:  usage_replayed (one row per usage row, with its price and the group_key of the map)
-- out: one row per group_key, month, price and reason for none; every later question of a scenario reads this
-- check: sum(usage_rows) = rows of usage_replayed
-- check: sum(list_cost, contracted_cost) = sum of usage_replayed
SELECT
    u.group_key,
    u.billing_month,
    u.provider_name,
    u.currency,
    u.price_ids,
    u.unpriced_reason,
    sum(u.list_cost)                      AS list_cost,
    sum(u.contracted_cost)                AS contracted_cost,
    count(*)                              AS usage_rows,
    CAST(sum(u.input_tokens) AS BIGINT)   AS input_tokens,
    CAST(sum(u.output_tokens) AS BIGINT)  AS output_tokens
FROM usage_replayed AS u
GROUP BY u.group_key, u.billing_month, u.provider_name, u.currency, u.price_ids, u.unpriced_reason

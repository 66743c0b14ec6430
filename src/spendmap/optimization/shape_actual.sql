-- shape_actual: each group of metered usage as it was priced for the map, from its shapes. See replay_actual.
-- in:  usage_shape (the months asked for)
-- out: one row per group_key and month; costs in the group's currency, NULL when none of its rows has a price
-- check: sum(usage_rows) = sum of usage_shape
SELECT
    s.group_key, s.billing_month, sum(s.list_cost) AS list_cost, sum(s.contracted_cost) AS contracted_cost,
    CAST(sum(s.usage_rows) AS BIGINT) AS usage_rows, CAST(sum(s.unpriced_rows) AS BIGINT) AS unpriced_rows
FROM usage_shape AS s
GROUP BY s.group_key, s.billing_month

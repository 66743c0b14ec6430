-- replay_actual: each group of metered usage as it was priced for the map.
-- in:  usage_actual (the stored `usage_priced` of the map in force)
-- out: one row per group_key and month; costs in the group's currency, NULL when none of its rows has a price
-- check: sum(usage_rows) = rows of usage_actual
SELECT
    u.group_key, u.billing_month, sum(u.list_cost) AS list_cost, sum(u.contracted_cost) AS contracted_cost,
    count(*) AS usage_rows, count(u.unpriced_reason) AS unpriced_rows
FROM usage_actual AS u
GROUP BY u.group_key, u.billing_month

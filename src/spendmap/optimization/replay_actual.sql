-- replay_actual: each group of metered usage as it was priced for the map.
-- in:  usage_actual (the stored `usage_grouped` of the map in force)
-- out: one row per group_key and month; costs in the group's currency, NULL when none of its rows has a price
-- check: sum(usage_rows) = sum of usage_actual
SELECT u.group_key, u.billing_month, u.list_cost, u.contracted_cost, u.usage_rows, u.unpriced_rows
FROM usage_actual AS u

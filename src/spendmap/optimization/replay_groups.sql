-- replay_groups: each group of metered usage as it was priced for the map, and as the scenario prices the same rows.
-- in:  replay_actual (as the map in force has them), replay_priced (the same rows, priced again)
-- out: one row per group_key and month; costs in the group's currency, NULL when none of its rows has a price
-- note: group_key holds the currency, so a group that is priced in another one stands alone
SELECT
    coalesce(b.group_key, s.group_key)         AS group_key,
    coalesce(b.billing_month, s.billing_month) AS billing_month,
    b.list_cost                                AS actual_list,
    b.contracted_cost                          AS actual_contracted,
    s.list_cost                                AS replayed_list,
    s.contracted_cost                          AS replayed_contracted,
    b.usage_rows                               AS actual_rows,
    s.usage_rows                               AS replayed_rows,
    b.unpriced_rows                            AS actual_unpriced,
    s.unpriced_rows                            AS replayed_unpriced,
    s.unpriced_reason
FROM replay_actual AS b
FULL JOIN (
    SELECT
        r.group_key, r.billing_month, sum(r.list_cost) AS list_cost, sum(r.contracted_cost) AS contracted_cost,
        CAST(sum(r.usage_rows) AS BIGINT) AS usage_rows,
        CAST(sum(CASE WHEN r.unpriced_reason IS NOT NULL THEN r.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
        min(r.unpriced_reason) AS unpriced_reason
    FROM replay_priced AS r
    GROUP BY r.group_key, r.billing_month
) AS s
    ON s.group_key = b.group_key AND s.billing_month = b.billing_month

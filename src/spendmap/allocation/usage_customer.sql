-- usage_customer: what metered usage costs by its group and the customer it served (NULL: the rows name none).
-- in:  lot_priced (costs in the group's currency, NULL when unpriced)
-- out: one row per group and customer
-- check: sum(usage_rows) = rows of usage
-- check: sum(list_cost, contracted_cost) = sum of lot_priced
SELECT
    u.billing_month,
    u.source_name,
    u.group_key,
    u.customer_id,
    any_value(u.feature)                       AS feature, -- a group has one
    CAST(sum(u.list_cost) AS DECIMAL(38,12))       AS list_cost,
    CAST(sum(u.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(u.usage_rows) AS BIGINT)          AS usage_rows,
    CAST(sum(CASE WHEN u.unpriced_reason IS NOT NULL THEN u.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
    CAST(sum(u.input_tokens) AS BIGINT)        AS input_tokens,
    CAST(sum(u.output_tokens) AS BIGINT)       AS output_tokens
FROM lot_priced AS u
GROUP BY u.billing_month, u.source_name, u.group_key, u.customer_id
ORDER BY u.billing_month, u.source_name, u.group_key, u.customer_id

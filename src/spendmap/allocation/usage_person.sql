-- usage_person: who was seen in each group of usage. People are keyed hashes.
-- in:  lot_priced
-- out: one row per group, person and tool that the person's rows name (NULL: they name none)
SELECT DISTINCT
    u.billing_month,
    u.source_name,
    u.group_key,
    u.said_tool AS tool,
    u.principal_id
FROM lot_priced AS u
WHERE u.principal_id IS NOT NULL
ORDER BY u.billing_month, u.source_name, u.group_key, tool, u.principal_id

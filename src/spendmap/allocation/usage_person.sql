-- usage_person: who was seen in each group of usage. People are keyed hashes.
-- in:  usage (ledger), usage_priced (the group of each row)
-- out: one row per group, person and tool that the person's rows name (NULL: they name none)
SELECT DISTINCT
    p.billing_month,
    u.source_name,
    p.group_key,
    u.tool,
    u.principal_id
FROM usage_priced AS p
JOIN usage AS u
    ON  u.source_name = p.source_name
    AND u.natural_key = p.natural_key
    AND u.billing_month = p.billing_month
WHERE u.principal_id IS NOT NULL
ORDER BY p.billing_month, u.source_name, p.group_key, u.tool, u.principal_id

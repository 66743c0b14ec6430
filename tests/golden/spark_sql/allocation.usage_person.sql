SELECT DISTINCT
  u.billing_month,
  u.source_name,
  u.group_key,
  u.said_tool AS tool,
  u.principal_id
FROM lot_priced AS u
WHERE
  NOT u.principal_id IS NULL
ORDER BY
  u.billing_month NULLS LAST,
  u.source_name NULLS LAST,
  u.group_key NULLS LAST,
  tool NULLS LAST,
  u.principal_id NULLS LAST

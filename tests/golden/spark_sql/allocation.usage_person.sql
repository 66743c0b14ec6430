SELECT DISTINCT
  p.billing_month,
  u.source_name,
  p.group_key,
  u.tool,
  u.principal_id
FROM usage_priced AS p
JOIN usage AS u
  ON u.source_name = p.source_name
  AND u.natural_key = p.natural_key
  AND u.billing_month = p.billing_month
WHERE
  NOT u.principal_id IS NULL
ORDER BY
  p.billing_month NULLS LAST,
  u.source_name NULLS LAST,
  p.group_key NULLS LAST,
  u.tool NULLS LAST,
  u.principal_id NULLS LAST

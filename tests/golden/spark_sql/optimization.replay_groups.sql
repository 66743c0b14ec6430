SELECT
  COALESCE(b.group_key, s.group_key) AS group_key,
  COALESCE(b.billing_month, s.billing_month) AS billing_month,
  b.list_cost AS actual_list,
  b.contracted_cost AS actual_contracted,
  s.list_cost AS replayed_list,
  s.contracted_cost AS replayed_contracted,
  b.usage_rows AS actual_rows,
  s.usage_rows AS replayed_rows,
  b.unpriced_rows AS actual_unpriced,
  s.unpriced_rows AS replayed_unpriced,
  s.unpriced_reason
FROM replay_actual AS b
FULL JOIN (
  SELECT
    r.group_key,
    r.billing_month,
    SUM(r.list_cost) AS list_cost,
    SUM(r.contracted_cost) AS contracted_cost,
    CAST(SUM(r.usage_rows) AS BIGINT) AS usage_rows,
    CAST(SUM(CASE WHEN NOT r.unpriced_reason IS NULL THEN r.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
    MIN(r.unpriced_reason) AS unpriced_reason
  FROM replay_priced AS r
  GROUP BY
    r.group_key,
    r.billing_month
) AS s
  ON s.group_key = b.group_key AND s.billing_month = b.billing_month

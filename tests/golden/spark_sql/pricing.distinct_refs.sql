SELECT
  COALESCE(u.provider_name, '') AS provider_ref,
  COALESCE(u.response_model, u.request_model, '') AS model_ref,
  COALESCE(u.service_tier, '') AS tier_ref,
  COALESCE(u.region_id, '') AS region_ref,
  COALESCE(u.billing_account_id, '') AS account_ref,
  COUNT(*) AS usage_rows
FROM usage AS u
GROUP BY
  COALESCE(u.provider_name, ''),
  COALESCE(u.response_model, u.request_model, ''),
  COALESCE(u.service_tier, ''),
  COALESCE(u.region_id, ''),
  COALESCE(u.billing_account_id, '')

SELECT
  g.*,
  v.vendor,
  CASE WHEN g.has_customer THEN 'some customer' END AS customer_id
FROM usage_grouped AS g
LEFT JOIN provider_vendor AS v
  ON v.supplier_name = g.provider_name

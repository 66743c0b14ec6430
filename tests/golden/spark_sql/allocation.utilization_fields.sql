SELECT
  u.*,
  s.vendor,
  CASE
    WHEN CAST(CAST(u.provisioned_quantity AS DECIMAL(14, 4)) AS DECIMAL(28, 12)) = u.provisioned_quantity
    AND CAST(CAST(u.contracted_unit_price AS DECIMAL(20, 8)) AS DECIMAL(28, 12)) = u.contracted_unit_price
    THEN CAST(CAST(u.provisioned_quantity AS DECIMAL(14, 4)) * CAST(u.contracted_unit_price AS DECIMAL(20, 8)) AS DECIMAL(28, 12))
  END AS effective_cost
FROM utilization AS u
LEFT JOIN supplier_vendor AS s
  ON s.supplier_name = COALESCE(u.supplier_name, u.product)

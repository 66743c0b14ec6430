-- utilization_fields: seats and pools with their vendor, priced where the file states a price.
-- in:  utilization, supplier_vendor, product_vendor (product that names its maker -> vendor; where no supplier is stated),
--      seat_cost (what each seat row costs for the days it holds; covered_by: another
--      source's list that stands for it)
-- out: effective_cost in billing_currency; NULL where quantity or price is not stated, or, of a pool, is finer than the
--      product can hold exactly (quantity to 4 places, price to 8)
SELECT
    u.*,
    coalesce(s.vendor, p.vendor) AS vendor,
    CASE
        WHEN u.resource_kind = 'seat' THEN c.effective_cost
        WHEN CAST(CAST(u.provisioned_quantity AS DECIMAL(14,4)) AS DECIMAL(28,12)) = u.provisioned_quantity
            AND CAST(CAST(u.contracted_unit_price AS DECIMAL(20,8)) AS DECIMAL(28,12)) = u.contracted_unit_price
            AND coalesce(u.price_months, 1) = 1
            THEN CAST(CAST(u.provisioned_quantity AS DECIMAL(14,4)) * CAST(u.contracted_unit_price AS DECIMAL(20,8)) AS DECIMAL(28,12))
    END AS effective_cost,
    c.covered_by
FROM utilization AS u
LEFT JOIN supplier_vendor AS s ON s.supplier_name = u.supplier_name
LEFT JOIN product_vendor AS p ON u.supplier_name IS NULL AND p.supplier_name = u.product
LEFT JOIN seat_cost AS c ON c.source_name = u.source_name AND c.natural_key = u.natural_key

-- seat_snapshots: seat lists as they were read, a row per plan, department and day of listing.
-- in:  utilization (the months asked for)
-- out: one row per seat row; `day` is the day it is listed on, UTC
SELECT
    u.source_name, u.natural_key, u.billing_month, CAST(u.charge_period_start AS DATE) AS day,
    u.supplier_name, u.product, u.plan, u.department_name,
    u.provisioned_quantity, u.contracted_unit_price, u.price_months, u.billing_currency, u.load_id
FROM utilization AS u
WHERE u.resource_kind = 'seat'
ORDER BY u.source_name, u.natural_key

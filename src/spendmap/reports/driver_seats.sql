-- driver_seats: seats bought at the end of each month, of the rows that have a price and so bring money.
-- in:  utilization (the months of both periods)
-- out: one row per period x source x product
SELECT
    billing_month BETWEEN $first AND $last AS is_now,
    source_name,
    product AS service_name,
    SUM(provisioned_quantity) AS seats
FROM (
    SELECT *, max(charge_period_start) OVER (
        PARTITION BY source_name, billing_month, supplier_name, product, plan, department_name
    ) AS last_listed
    FROM utilization
) AS listed
WHERE (resource_kind <> 'seat' OR charge_period_start = last_listed) AND billing_currency = $currency AND provisioned_quantity IS NOT NULL AND contracted_unit_price IS NOT NULL
    AND (billing_month BETWEEN $first AND $last OR billing_month BETWEEN $previous_first AND $previous_last)
GROUP BY ALL

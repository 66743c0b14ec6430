-- driver_seats: seats bought, of the rows that have a price and so bring money.
-- in:  utilization (the months of both periods)
-- out: one row per period x source x product
SELECT
    billing_month BETWEEN $first AND $last AS is_now,
    source_name,
    product AS service_name,
    SUM(provisioned_quantity) AS seats
FROM utilization
WHERE billing_currency = $currency AND provisioned_quantity IS NOT NULL AND contracted_unit_price IS NOT NULL
    AND (billing_month BETWEEN $first AND $last OR billing_month BETWEEN $previous_first AND $previous_last)
GROUP BY ALL

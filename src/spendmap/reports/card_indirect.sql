-- card_indirect: what reaches one use case of the money that has none, by pool.
-- in:  split; basis by name, use case, currency and window by parameter
-- out: one row per month, pool and rule; cost NULL where it is unknown on this basis
SELECT
    month, pool, layer, category, vendor, driver, weight, weight_total, evidence, rule, {cost} AS cost
FROM split
WHERE use_case = $use_case AND currency = $currency AND month BETWEEN $strip_first AND $last
ORDER BY month, pool, layer, category, vendor, rule

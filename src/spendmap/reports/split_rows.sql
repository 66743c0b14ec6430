-- split_rows: indirect cost by pool, receiver and month, on one basis.
-- in:  split, $first and $last month, both inside, $currency
-- out: one row per month, pool, kind of money and receiver; cost NULL where the basis is not known
SELECT
    s.month, s.pool, s.layer, s.category, s.vendor, s.evidence, s.use_case, s.department, s.driver,
    s.weight, s.weight_total, s.reason, s.via, s.{cost} AS cost
FROM split AS s
WHERE s.month BETWEEN $first AND $last AND s.currency = $currency
ORDER BY s.pool, s.month, s.use_case, s.category, s.vendor, s.evidence

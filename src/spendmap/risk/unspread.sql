-- unspread: what stayed in its pool, with the reason that the split step gave.
-- in:  split (published), $first and $last month, both inside
-- out: one row per pool, reason and currency; effective_cost NULL when no row has one
SELECT
    s.pool, s.reason, s.currency, sum(s.effective_cost) AS effective_cost, max(s.month) AS last_month
FROM split AS s
WHERE s.use_case IS NULL AND s.reason IS NOT NULL AND s.month BETWEEN $first AND $last
GROUP BY s.pool, s.reason, s.currency
ORDER BY s.pool, s.reason, s.currency

-- agent_days: metered calls and their money, by agent, day and currency.
-- in:  day (published), $first and $last month, both inside
-- out: one row per agent, day and currency with at least one metered call; cost NULL when none is priced
SELECT
    d.agent, d.charge_date AS day, CAST(sum(d.usage_rows) AS BIGINT) AS calls,
    sum(d.effective_cost) AS effective_cost, d.currency
FROM day AS d
WHERE d.agent IS NOT NULL AND d.usage_rows > 0 AND d.month BETWEEN $first AND $last
GROUP BY d.agent, d.charge_date, d.currency
ORDER BY d.agent, d.charge_date, d.currency

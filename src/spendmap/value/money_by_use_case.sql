-- money_by_use_case: AI money of the month roll-up by use case, metered calls apart.
-- in:  month
-- out: one row per month, use case, currency, evidence and metered-or-not; NULL where no row has the cost
-- check: sum(list_cost, contracted_cost, effective_cost, billed_cost) = sum of month where scope = 'ai'
SELECT
    m.month, m.use_case, m.currency, m.evidence, m.origin = 'usage' AS is_usage,
    sum(m.effective_cost) AS effective_cost, sum(m.billed_cost) AS billed_cost,
    sum(m.contracted_cost) AS contracted_cost, sum(m.list_cost) AS list_cost
FROM month AS m
WHERE m.scope = 'ai'
GROUP BY m.month, m.use_case, m.currency, m.evidence, m.origin = 'usage'
ORDER BY m.month, m.use_case, m.currency, m.evidence, is_usage

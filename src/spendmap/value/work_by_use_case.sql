-- work_by_use_case: human review of each use case: minutes and money.
-- in:  month
-- out: one row per month, use case and currency; only work (origin activity) of the category human_review
SELECT
    m.month, m.use_case, m.currency, m.evidence,
    sum(m.minutes) AS minutes,
    sum(m.effective_cost) AS effective_cost, sum(m.billed_cost) AS billed_cost,
    sum(m.contracted_cost) AS contracted_cost, sum(m.list_cost) AS list_cost
FROM month AS m
WHERE m.scope = 'ai' AND m.origin = 'activity' AND m.category = 'human_review'
GROUP BY m.month, m.use_case, m.currency, m.evidence
ORDER BY m.month, m.use_case, m.currency, m.evidence

-- commitment_used: what commitments paid for, by month and by who carries it; and what stayed unused.
-- in:  export_lines
SELECT
    e.commitment_id, e.currency, e.billing_month, e.is_unused, e.scope, e.category, e.category_rule,
    sum(e.effective_cost) AS effective_cost
FROM export_lines AS e
WHERE e.commitment_id IS NOT NULL AND (e.is_unused OR coalesce(e.charge_category, '') <> 'Purchase')
GROUP BY e.commitment_id, e.currency, e.billing_month, e.is_unused, e.scope, e.category, e.category_rule

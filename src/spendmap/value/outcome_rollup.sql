-- outcome_rollup: business facts by month and everything a unit cost can be asked by.
-- in:  outcome (grain natural_key)
-- out: one row per combination; `facts` counts rows, `known_amounts` those that state money, `amount` is NULL when none does
-- check: sum(facts) = rows of outcome
SELECT
    o.billing_month AS month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id,
    o.plan, o.segment, o.feature, o.unit, o.billing_currency AS currency, o.evidence,
    CAST(sum(o.quantity) AS DECIMAL(38,12)) AS quantity,
    CAST(sum(o.amount) AS DECIMAL(38,12)) AS amount,
    count(*) AS facts,
    count(o.amount) AS known_amounts
FROM outcome AS o
GROUP BY
    o.billing_month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id, o.plan,
    o.segment, o.feature, o.unit, o.billing_currency, o.evidence
ORDER BY
    o.billing_month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id, o.plan,
    o.segment, o.feature, o.unit, o.billing_currency, o.evidence

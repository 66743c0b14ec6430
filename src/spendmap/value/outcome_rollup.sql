-- outcome_rollup: business facts by month and everything a unit cost can be asked by.
-- in:  outcome (grain natural_key, which hashes all that a row says); apart_load (loads of which a person said that they
--      are no copy)
-- out: one row per combination; `facts` counts rows, `known_amounts` those that state money, `amount` is NULL when none
--      does; `told` counts also rows that another source tells too, and that are in no other column
-- check: sum(told) = rows of outcome
-- note: of a run, or of a customer's money, one equal row is enough; else three over two days of a month
WITH told AS (
    SELECT
        o.source_name, o.natural_key, o.billing_month, CAST(o.charge_period_start AS DATE) AS own_day,
        o.workflow_run_id IS NOT NULL OR (o.customer_id IS NOT NULL AND o.amount IS NOT NULL) AS is_known
    FROM outcome AS o
    LEFT JOIN apart_load AS p ON p.load_id = o.load_id
    WHERE p.load_id IS NULL
),
equal AS (
    SELECT m.natural_key, m.source_name, m.billing_month, m.own_day, m.is_known, f.source_name AS by_source
    FROM told AS m
    JOIN told AS f ON f.natural_key = m.natural_key AND f.source_name < m.source_name
),
shared AS (
    SELECT e.source_name, e.by_source, e.billing_month
    FROM equal AS e
    GROUP BY e.source_name, e.by_source, e.billing_month
    HAVING count(*) >= 3 AND count(DISTINCT e.own_day) >= 2
),
twice AS (
    SELECT DISTINCT e.source_name, e.natural_key
    FROM equal AS e
    LEFT JOIN shared AS s
        ON s.source_name = e.source_name AND s.by_source = e.by_source AND s.billing_month = e.billing_month
    WHERE e.is_known OR s.source_name IS NOT NULL
),
marked AS (
    SELECT o.*, t.natural_key IS NOT NULL AS is_again
    FROM outcome AS o
    LEFT JOIN twice AS t ON t.source_name = o.source_name AND t.natural_key = o.natural_key
)
SELECT
    o.billing_month AS month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id,
    o.plan, o.segment, o.feature, o.unit, o.billing_currency AS currency, o.evidence,
    CAST(sum(CASE WHEN NOT o.is_again THEN o.quantity END) AS DECIMAL(38,12)) AS quantity,
    CAST(sum(CASE WHEN NOT o.is_again THEN o.amount END) AS DECIMAL(38,12)) AS amount,
    sum(CASE WHEN o.is_again THEN 0 ELSE 1 END) AS facts,
    sum(CASE WHEN NOT o.is_again AND o.amount IS NOT NULL THEN 1 ELSE 0 END) AS known_amounts,
    count(*) AS told
FROM marked AS o
GROUP BY
    o.billing_month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id, o.plan,
    o.segment, o.feature, o.unit, o.billing_currency, o.evidence
ORDER BY
    o.billing_month, o.source_name, o.outcome_kind, o.outcome_result, o.workflow, o.use_case, o.customer_id, o.plan,
    o.segment, o.feature, o.unit, o.billing_currency, o.evidence

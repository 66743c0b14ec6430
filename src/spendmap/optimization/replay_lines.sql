-- replay_lines: the map's money by what makes it move, small by grain; metered usage with its replayed price beside it.
-- in:  allocation (the months asked for), charge, utilization (what a line is), replay_groups (usage, priced again),
--      inference_rule (ids of the rules that call a charge product inference)
-- out: one row per month, kind and report key; sums of the non-NULL costs and how many rows lack each
-- check: sum(list_cost, contracted_cost, effective_cost, billed_cost) = sum of allocation where scope = 'ai'
WITH resources AS (
    SELECT
        r.*,
        r.resource_kind <> 'seat' OR r.charge_period_start = max(r.charge_period_start) OVER (
            PARTITION BY r.source_name, r.billing_month, r.supplier_name, r.product, r.plan, r.department_name
        ) AS is_last -- a plan listed several times in a month has as many seats as it is listed with last
    FROM utilization AS r
),
placed AS (
    SELECT
        a.*,
        CASE WHEN u.is_last THEN u.provisioned_quantity ELSE 0 END AS provisioned_quantity,
        coalesce(a.tool, u.product, a.service_name) AS seat_of,
        g.actual_list, g.actual_contracted, g.replayed_list, g.replayed_contracted,
        g.actual_rows, g.replayed_rows, g.actual_unpriced, g.replayed_unpriced, g.unpriced_reason,
        CASE
            WHEN a.origin = 'usage' AND (a.method = 'proportional' OR a.evidence = 'invoiced') THEN 'billed_usage'
            WHEN a.origin = 'usage' THEN 'metered_usage'
            WHEN a.origin = 'charge' AND a.method = 'dark' THEN 'dark'
            WHEN a.origin = 'activity' AND a.category = 'human_review' THEN 'review_labour'
            WHEN a.origin = 'activity' THEN 'other_labour'
            WHEN a.origin = 'utilization' AND u.resource_kind = 'seat' THEN 'seats'
            WHEN a.origin = 'utilization' THEN 'capacity'
            WHEN a.method = 'stated_share' THEN 'stated_share'
            WHEN c.statement = 'payment' THEN 'payments'
            WHEN c.charge_category = 'Purchase' OR c.pricing_category = 'Committed' OR c.commitment_discount_id IS NOT NULL
                THEN 'reserved'
            WHEN i.rule_id IS NOT NULL AND coalesce(c.charge_category, 'Usage') = 'Usage' THEN 'unmetered_calls'
            ELSE 'cloud'
        END AS kind
    FROM allocation AS a
    LEFT JOIN replay_groups AS g
        ON a.origin = 'usage' AND g.group_key = a.origin_key AND g.billing_month = a.billing_month
    LEFT JOIN charge AS c
        ON a.origin = 'charge' AND c.natural_key = a.origin_key AND c.source_name = a.source_name
        AND c.billing_month = a.billing_month
    LEFT JOIN resources AS u
        ON a.origin = 'utilization' AND u.natural_key = a.origin_key AND u.source_name = a.source_name
        AND u.billing_month = a.billing_month
    LEFT JOIN inference_rule AS i ON i.rule_id = a.scope_rule
    WHERE a.scope = 'ai'
)
SELECT
    p.billing_month AS month,
    p.currency,
    p.kind,
    p.category,
    p.owner,
    p.use_case,
    p.vendor,
    p.vendor_account,
    p.provider_name,
    p.model,
    CASE WHEN p.origin = 'utilization' THEN p.seat_of END      AS seat_of,
    CASE WHEN p.origin = 'activity' THEN p.service_name END    AS activity_kind,
    p.evidence,
    CAST(sum(p.list_cost) AS DECIMAL(38,12))                   AS list_cost,
    CAST(sum(p.contracted_cost) AS DECIMAL(38,12))             AS contracted_cost,
    CAST(sum(p.effective_cost) AS DECIMAL(38,12))              AS effective_cost,
    CAST(sum(p.billed_cost) AS DECIMAL(38,12))                 AS billed_cost,
    count(*) - count(p.list_cost)                              AS list_missing,
    count(*) - count(p.contracted_cost)                        AS contracted_missing,
    count(*) - count(p.effective_cost)                         AS effective_missing,
    count(*) - count(p.billed_cost)                            AS billed_missing,
    CAST(sum(p.actual_list) AS DECIMAL(38,12))                 AS actual_list,
    CAST(sum(p.actual_contracted) AS DECIMAL(38,12))           AS actual_contracted,
    CAST(sum(p.replayed_list) AS DECIMAL(38,12))               AS replayed_list,
    CAST(sum(p.replayed_contracted) AS DECIMAL(38,12))         AS replayed_contracted,
    CAST(coalesce(sum(p.actual_unpriced), 0) AS BIGINT)        AS actual_unpriced,
    CAST(coalesce(sum(p.replayed_unpriced), 0) AS BIGINT)      AS replayed_unpriced,
    CAST(coalesce(sum(p.usage_rows), 0) AS BIGINT)             AS usage_rows,
    min(p.unpriced_reason)                                     AS unpriced_reason,
    CAST(sum(CASE
        WHEN p.origin <> 'usage' THEN 0
        WHEN p.actual_rows IS NULL OR p.replayed_rows IS NULL OR p.actual_rows <> p.replayed_rows THEN 1
        WHEN coalesce(p.actual_list, -1) <> coalesce(p.replayed_list, -1) THEN 1
        WHEN coalesce(p.actual_contracted, -1) <> coalesce(p.replayed_contracted, -1) THEN 1
        ELSE 0
    END) AS BIGINT)                                            AS groups_that_differ,
    CAST(sum(p.provisioned_quantity) AS DECIMAL(38,12))        AS quantity,
    CAST(sum(p.minutes) AS DECIMAL(38,12))                     AS minutes,
    count(*)                                                   AS rows
FROM placed AS p
GROUP BY
    p.billing_month, p.currency, p.kind, p.category, p.owner, p.use_case, p.vendor, p.vendor_account, p.provider_name, p.model,
    CASE WHEN p.origin = 'utilization' THEN p.seat_of END, CASE WHEN p.origin = 'activity' THEN p.service_name END,
    p.evidence
ORDER BY
    p.billing_month, p.currency, p.kind, p.category, p.owner, p.use_case, p.vendor, p.vendor_account, p.provider_name, p.model,
    seat_of, activity_kind, p.evidence

-- attributed: every money line with its scope, category and owner, before money is counted once.
-- in:  keyed  (one row per line; key_* = entity ids found by register keys or stated by the source)
--      rule   (rule_no -> outcome), entity (dated register entries)
--      department_said (how a source writes a department, lowered -> department)
-- out: + scope, category, the rules that decided, use case, agent, tool, department, cost centre, owner
-- check: rows = rows of usage_grouped + charge + activity_costed + utilization_costed
WITH own AS (
    SELECT
        k.*,
        r.rule_id, r.is_company, r.is_last, r.scope AS rule_scope, r.category AS rule_category, r.share AS rule_share,
        r.vendor AS rule_vendor, coalesce(k.key_tool, r.tool) AS found_tool,
        a.use_case AS a_use_case, a.department AS a_department, a.cost_center AS a_cost_center, a.owner AS a_owner,
        t.category AS t_category, t.department AS t_department, t.cost_center AS t_cost_center, t.owner AS t_owner,
        t.vendor AS t_vendor, t.vendor_account AS t_vendor_account, t.billing AS t_billing, t.id AS t_id, a.id AS a_id,
        k.vendor AS said_vendor
    FROM keyed AS k
    LEFT JOIN rule AS r ON r.origin = k.origin AND r.rule_no = k.rule_no
    LEFT JOIN entity AS a
        ON a.entity_type = 'agent' AND a.id = k.key_agent AND a.valid_from <= k.charge_date AND k.charge_date < a.valid_to
    LEFT JOIN entity AS t
        ON t.entity_type = 'tool' AND t.id = coalesce(k.key_tool, r.tool) AND t.valid_from <= k.charge_date AND k.charge_date < t.valid_to
),
with_use_case AS (
    SELECT
        o.*,
        coalesce(o.key_use_case, o.a_use_case) AS found_use_case,
        u.id AS u_id, u.category AS u_category, u.department AS u_department, u.cost_center AS u_cost_center, u.owner AS u_owner
    FROM own AS o
    LEFT JOIN entity AS u
        ON u.entity_type = 'use_case' AND u.id = coalesce(o.key_use_case, o.a_use_case)
        AND u.valid_from <= o.charge_date AND o.charge_date < u.valid_to
),
-- A key of the department comes first; then whose use case or agent it is; then the department that the ledger,
-- seat list or timesheet names on the line, which is nearer than the one department a tool is registered under.
with_said AS (
    SELECT
        w.*,
        coalesce(w.key_department, w.u_department, w.a_department, s.department, w.t_department) AS found_department
    FROM with_use_case AS w
    LEFT JOIN department_said AS s ON s.said = lower(trim(w.department_name))
),
with_department AS (
    SELECT
        w.*,
        d.cost_center AS d_cost_center, d.owner AS d_owner
    FROM with_said AS w
    LEFT JOIN entity AS d
        ON d.entity_type = 'department' AND d.id = w.found_department
        AND d.valid_from <= w.charge_date AND w.charge_date < d.valid_to
),
with_cost_center AS (
    SELECT
        w.*,
        coalesce(w.key_cost_center, w.u_cost_center, w.a_cost_center, w.t_cost_center, w.d_cost_center) AS found_cost_center,
        c.owner AS c_owner, c.department AS c_department
    FROM with_department AS w
    LEFT JOIN entity AS c
        ON c.entity_type = 'cost_center'
        AND c.id = coalesce(w.key_cost_center, w.u_cost_center, w.a_cost_center, w.t_cost_center, w.d_cost_center)
        AND c.valid_from <= w.charge_date AND w.charge_date < c.valid_to
)
SELECT
    f.origin,
    f.origin_key,
    f.source_name,
    f.billing_month,
    f.charge_date,
    f.statement,
    f.charge_category,
    -- Scope: a rule says so; model calls, labour and registered keys are ai by nature; then a rule that speaks last; the
    -- rest waits as not_ai.
    CASE
        WHEN f.line_kind = 'settlement' THEN 'not_ai' -- paying the card's balance buys nothing
        WHEN f.rule_scope IS NOT NULL AND NOT f.is_last THEN f.rule_scope
        WHEN f.origin IN ('usage', 'activity') THEN 'ai'
        WHEN f.u_id IS NOT NULL OR f.a_id IS NOT NULL OR f.t_id IS NOT NULL THEN 'ai'
        ELSE coalesce(f.rule_scope, 'not_ai')
    END AS scope,
    CASE
        WHEN f.line_kind = 'settlement' THEN 'card-settlement'
        WHEN f.rule_scope IS NOT NULL AND NOT f.is_last THEN f.rule_id
        WHEN f.origin IN ('usage', 'activity') THEN 'by-nature'
        WHEN f.u_id IS NOT NULL THEN concat('register:use_case:', f.u_id)
        WHEN f.a_id IS NOT NULL THEN concat('register:agent:', f.a_id)
        WHEN f.t_id IS NOT NULL THEN concat('register:tool:', f.t_id)
        WHEN f.rule_scope IS NOT NULL THEN f.rule_id
        ELSE 'no-rule'
    END AS scope_rule,
    f.rule_share,
    f.rule_category,
    -- Category: the company's rule; then what the register says of agent, use case and tool, where the shipped
    -- rule only knows that a model was called or nothing; then the shipped rule; then nobody knows.
    CASE
        WHEN f.is_company AND f.rule_category IS NOT NULL THEN f.rule_category
        WHEN f.origin = 'activity' THEN coalesce(f.rule_category, 'unclassified')
        WHEN f.origin = 'usage' AND f.rule_category = 'evaluation' THEN 'evaluation'
        WHEN f.origin = 'usage' OR f.rule_category = 'product_inference' OR f.rule_category IS NULL
            OR f.statement = 'payment' OR f.origin = 'utilization'
            THEN coalesce(
                CASE WHEN f.key_agent IS NOT NULL THEN 'agents' END,
                f.u_category, f.t_category, f.rule_category, 'unclassified')
        ELSE f.rule_category
    END AS category,
    CASE
        WHEN f.is_company AND f.rule_category IS NOT NULL THEN f.rule_id
        WHEN f.origin = 'activity' THEN f.rule_id
        WHEN f.origin = 'usage' AND f.rule_category = 'evaluation' THEN f.rule_id
        WHEN f.origin = 'usage' OR f.rule_category = 'product_inference' OR f.rule_category IS NULL
            OR f.statement = 'payment' OR f.origin = 'utilization'
            THEN CASE
                WHEN f.key_agent IS NOT NULL THEN concat('register:agent:', f.key_agent)
                WHEN f.u_category IS NOT NULL THEN concat('register:use_case:', f.u_id)
                WHEN f.t_category IS NOT NULL THEN concat('register:tool:', f.t_id)
                ELSE f.rule_id
            END
        ELSE f.rule_id
    END AS category_rule,
    f.attribution_rule,
    coalesce(f.rule_vendor, f.vendor, f.t_vendor) AS vendor,
    coalesce(f.vendor_account, f.t_vendor_account, '') AS vendor_account,
    f.supplier_name,
    f.provider_name,
    f.service_name,
    f.model,
    f.found_tool AS tool,
    f.key_agent AS agent,
    f.found_use_case AS use_case,
    coalesce(f.found_department, f.c_department) AS department,
    f.found_cost_center AS cost_center,
    coalesce(f.a_owner, f.u_owner, f.t_owner, f.c_owner, f.d_owner) AS owner,
    f.environment,
    f.currency,
    f.list_cost,
    f.contracted_cost,
    f.effective_cost,
    f.billed_cost,
    f.evidence,
    f.usage_rows,
    f.unpriced_rows,
    f.input_tokens,
    f.output_tokens,
    f.minutes,
    f.account_id,
    f.charge_end,
    f.bill_start,
    f.charge_class,
    f.invoice_number,
    f.issuer_vendor,
    f.publisher_vendor,
    f.commitment_id,
    f.commitment_status,
    f.line_kind,
    f.said_vendor,
    -- What was bought: calls, seats, or of an export what its lines are for. Of a ledger line the counting decides.
    CASE
        WHEN f.origin = 'usage' AND coalesce(f.billing_mode, f.t_billing, '') = 'plan' THEN 'plan'
        WHEN f.origin = 'usage' THEN 'api'
        WHEN f.origin = 'utilization' THEN 'seats'
        -- A vendor's own export says it itself; 'unsaid' stays open and meets any document of the vendor.
        WHEN f.export_product IS NOT NULL AND coalesce(f.rule_vendor, f.vendor) = f.vendor
            THEN nullif(f.export_product, 'unsaid')
        WHEN f.statement = 'cost_export' AND f.rule_category = 'product_inference' THEN 'api'
        WHEN f.statement = 'cost_export' AND f.rule_category = 'internal_tools' THEN 'seats'
        WHEN f.statement = 'cost_export' THEN 'cloud'
    END AS vendor_product,
    coalesce(f.billing_mode, CASE WHEN f.origin = 'usage' THEN f.t_billing END) AS billing_mode,
    f.covered_by,
    f.not_bought,
    -- Of an export: a commitment's purchase or unused part, and a line whose period or bill is not one and the same month.
    f.statement = 'cost_export' AND f.commitment_id IS NOT NULL
        AND (coalesce(f.charge_category, '') = 'Purchase' OR lower(coalesce(f.commitment_status, '')) = 'unused') AS is_commitment,
    f.statement = 'cost_export'
        AND (
            CAST(date_trunc('month', coalesce(f.bill_start, f.charge_date)) AS DATE)
                <> CAST(date_trunc('month', f.charge_date) AS DATE)
            OR coalesce(f.charge_end, f.charge_date)
                > CAST(CAST(date_trunc('month', f.charge_date) AS DATE) + INTERVAL 1 MONTH AS DATE)
        ) AS is_uncommon
FROM with_cost_center AS f

WITH own AS (
  SELECT
    k.*,
    r.rule_id,
    r.is_company,
    r.is_last,
    r.scope AS rule_scope,
    r.category AS rule_category,
    r.share AS rule_share,
    r.vendor AS rule_vendor,
    COALESCE(k.key_tool, r.tool) AS found_tool,
    a.use_case AS a_use_case,
    a.department AS a_department,
    a.cost_center AS a_cost_center,
    a.owner AS a_owner,
    t.category AS t_category,
    t.department AS t_department,
    t.cost_center AS t_cost_center,
    t.owner AS t_owner,
    t.vendor AS t_vendor,
    t.vendor_account AS t_vendor_account,
    t.billing AS t_billing,
    t.id AS t_id,
    a.id AS a_id,
    k.vendor AS said_vendor
  FROM keyed AS k
  LEFT JOIN rule AS r
    ON r.origin = k.origin AND r.rule_no = k.rule_no
  LEFT JOIN entity AS a
    ON a.entity_type = 'agent'
    AND a.id = k.key_agent
    AND a.valid_from <= k.charge_date
    AND k.charge_date < a.valid_to
  LEFT JOIN entity AS t
    ON t.entity_type = 'tool'
    AND t.id = COALESCE(k.key_tool, r.tool)
    AND t.valid_from <= k.charge_date
    AND k.charge_date < t.valid_to
), with_use_case AS (
  SELECT
    o.*,
    COALESCE(o.key_use_case, o.a_use_case) AS found_use_case,
    u.id AS u_id,
    u.category AS u_category,
    u.department AS u_department,
    u.cost_center AS u_cost_center,
    u.owner AS u_owner
  FROM own AS o
  LEFT JOIN entity AS u
    ON u.entity_type = 'use_case'
    AND u.id = COALESCE(o.key_use_case, o.a_use_case)
    AND u.valid_from <= o.charge_date
    AND o.charge_date < u.valid_to
), with_said AS (
  SELECT
    w.*,
    COALESCE(w.key_department, w.u_department, w.a_department, s.department, w.t_department) AS found_department
  FROM with_use_case AS w
  LEFT JOIN department_said AS s
    ON s.said = LOWER(TRIM(w.department_name))
), with_department AS (
  SELECT
    w.*,
    d.cost_center AS d_cost_center,
    d.owner AS d_owner
  FROM with_said AS w
  LEFT JOIN entity AS d
    ON d.entity_type = 'department'
    AND d.id = w.found_department
    AND d.valid_from <= w.charge_date
    AND w.charge_date < d.valid_to
), with_cost_center AS (
  SELECT
    w.*,
    COALESCE(w.key_cost_center, w.u_cost_center, w.a_cost_center, w.t_cost_center, w.d_cost_center) AS found_cost_center,
    c.owner AS c_owner,
    c.department AS c_department
  FROM with_department AS w
  LEFT JOIN entity AS c
    ON c.entity_type = 'cost_center'
    AND c.id = COALESCE(w.key_cost_center, w.u_cost_center, w.a_cost_center, w.t_cost_center, w.d_cost_center)
    AND c.valid_from <= w.charge_date
    AND w.charge_date < c.valid_to
)
SELECT
  f.origin,
  f.origin_key,
  f.source_name,
  f.billing_month,
  f.charge_date,
  f.statement,
  f.charge_category,
  CASE
    WHEN f.line_kind = 'settlement'
    THEN 'not_ai'
    WHEN NOT f.rule_scope IS NULL AND NOT f.is_last
    THEN f.rule_scope
    WHEN f.origin IN ('usage', 'activity')
    THEN 'ai'
    WHEN NOT f.u_id IS NULL OR NOT f.a_id IS NULL OR NOT f.t_id IS NULL
    THEN 'ai'
    ELSE COALESCE(f.rule_scope, 'not_ai')
  END AS scope,
  CASE
    WHEN f.line_kind = 'settlement'
    THEN 'card-settlement'
    WHEN NOT f.rule_scope IS NULL AND NOT f.is_last
    THEN f.rule_id
    WHEN f.origin IN ('usage', 'activity')
    THEN 'by-nature'
    WHEN NOT f.u_id IS NULL
    THEN CONCAT('register:use_case:', COALESCE(f.u_id, ''))
    WHEN NOT f.a_id IS NULL
    THEN CONCAT('register:agent:', COALESCE(f.a_id, ''))
    WHEN NOT f.t_id IS NULL
    THEN CONCAT('register:tool:', COALESCE(f.t_id, ''))
    WHEN NOT f.rule_scope IS NULL
    THEN f.rule_id
    ELSE 'no-rule'
  END AS scope_rule,
  f.rule_share,
  f.rule_category,
  CASE
    WHEN f.is_company AND NOT f.rule_category IS NULL
    THEN f.rule_category
    WHEN f.origin = 'activity'
    THEN COALESCE(f.rule_category, 'unclassified')
    WHEN f.origin = 'usage' AND f.rule_category = 'evaluation'
    THEN 'evaluation'
    WHEN f.origin = 'usage'
    OR f.rule_category = 'product_inference'
    OR f.rule_category IS NULL
    OR f.statement = 'payment'
    OR f.origin = 'utilization'
    THEN COALESCE(
      CASE WHEN NOT f.key_agent IS NULL THEN 'agents' END,
      f.u_category,
      f.t_category,
      f.rule_category,
      'unclassified'
    )
    ELSE f.rule_category
  END AS category,
  CASE
    WHEN f.is_company AND NOT f.rule_category IS NULL
    THEN f.rule_id
    WHEN f.origin = 'activity'
    THEN f.rule_id
    WHEN f.origin = 'usage' AND f.rule_category = 'evaluation'
    THEN f.rule_id
    WHEN f.origin = 'usage'
    OR f.rule_category = 'product_inference'
    OR f.rule_category IS NULL
    OR f.statement = 'payment'
    OR f.origin = 'utilization'
    THEN CASE
      WHEN NOT f.key_agent IS NULL
      THEN CONCAT('register:agent:', COALESCE(f.key_agent, ''))
      WHEN NOT f.u_category IS NULL
      THEN CONCAT('register:use_case:', COALESCE(f.u_id, ''))
      WHEN NOT f.t_category IS NULL
      THEN CONCAT('register:tool:', COALESCE(f.t_id, ''))
      ELSE f.rule_id
    END
    ELSE f.rule_id
  END AS category_rule,
  f.attribution_rule,
  COALESCE(f.rule_vendor, f.vendor, f.t_vendor) AS vendor,
  COALESCE(f.vendor_account, f.t_vendor_account, '') AS vendor_account,
  f.supplier_name,
  f.provider_name,
  f.service_name,
  f.model,
  f.found_tool AS tool,
  f.key_agent AS agent,
  f.found_use_case AS use_case,
  COALESCE(f.found_department, f.c_department) AS department,
  f.found_cost_center AS cost_center,
  COALESCE(f.a_owner, f.u_owner, f.t_owner, f.c_owner, f.d_owner) AS owner,
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
  CASE
    WHEN f.origin = 'usage' AND COALESCE(f.billing_mode, f.t_billing, '') = 'plan'
    THEN 'plan'
    WHEN f.origin = 'usage'
    THEN 'api'
    WHEN f.origin = 'utilization'
    THEN 'seats'
    WHEN NOT f.export_product IS NULL AND COALESCE(f.rule_vendor, f.vendor) = f.vendor
    THEN NULLIF(f.export_product, 'unsaid')
    WHEN f.statement = 'cost_export' AND f.rule_category = 'product_inference'
    THEN 'api'
    WHEN f.statement = 'cost_export' AND f.rule_category = 'internal_tools'
    THEN 'seats'
    WHEN f.statement = 'cost_export'
    THEN 'cloud'
  END AS vendor_product,
  COALESCE(f.billing_mode, CASE WHEN f.origin = 'usage' THEN f.t_billing END) AS billing_mode,
  f.covered_by,
  f.not_bought,
  f.statement = 'cost_export'
  AND NOT f.commitment_id IS NULL
  AND (
    COALESCE(f.charge_category, '') = 'Purchase'
    OR LOWER(COALESCE(f.commitment_status, '')) = 'unused'
  ) AS is_commitment,
  f.statement = 'cost_export'
  AND (
    CAST(DATE_TRUNC('MONTH', COALESCE(f.bill_start, f.charge_date)) AS DATE) <> CAST(DATE_TRUNC('MONTH', f.charge_date) AS DATE)
    OR COALESCE(f.charge_end, f.charge_date) > CAST(CAST(DATE_TRUNC('MONTH', f.charge_date) AS DATE) + INTERVAL '1' MONTH AS DATE)
  ) AS is_uncommon
FROM with_cost_center AS f

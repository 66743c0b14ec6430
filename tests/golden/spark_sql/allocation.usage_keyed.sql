SELECT
  'usage' AS origin,
  r.group_key AS origin_key,
  r.source_name,
  r.billing_month,
  r.charge_date,
  CAST(NULL AS STRING) AS statement,
  'Usage' AS charge_category,
  r.vendor,
  r.key_vendor_account AS vendor_account,
  CAST(NULL AS STRING) AS supplier_name,
  r.provider_name,
  r.operation AS service_name,
  r.model,
  r.environment,
  COALESCE(r.key_agent, r.agent_id) AS key_agent,
  COALESCE(r.key_tool, r.tool) AS key_tool,
  COALESCE(r.key_use_case, r.use_case, s.use_case) AS key_use_case,
  r.key_department,
  CAST(NULL AS STRING) AS department_name,
  COALESCE(r.key_cost_center, r.cost_center) AS key_cost_center,
  CASE
    WHEN r.key_use_case IS NULL AND r.use_case IS NULL AND NOT s.use_case IS NULL
    THEN CONCAT('register:evaluation_suite:', COALESCE(s.id, ''))
    ELSE r.attribution_rule
  END AS attribution_rule,
  r.rule_no,
  r.currency,
  r.list_cost,
  r.contracted_cost,
  r.contracted_cost AS effective_cost,
  CAST(NULL AS DECIMAL(28, 12)) AS billed_cost,
  CASE WHEN r.is_price_estimated THEN 'estimated' ELSE 'metered' END AS evidence,
  r.usage_rows,
  r.unpriced_rows,
  r.input_tokens,
  r.output_tokens,
  CAST(NULL AS DECIMAL(28, 12)) AS minutes,
  r.billing_account_id AS account_id,
  CAST(NULL AS DATE) AS charge_end,
  CAST(NULL AS DATE) AS bill_start,
  CAST(NULL AS STRING) AS charge_class,
  CAST(NULL AS STRING) AS invoice_number,
  CAST(NULL AS STRING) AS issuer_vendor,
  CAST(NULL AS STRING) AS publisher_vendor,
  CAST(NULL AS STRING) AS commitment_id,
  CAST(NULL AS STRING) AS commitment_status,
  CAST(NULL AS STRING) AS line_kind,
  r.not_bought,
  r.billing_mode,
  r.covered_by,
  CAST(NULL AS STRING) AS export_product
FROM usage_ruled AS r
LEFT JOIN entity AS s
  ON s.entity_type = 'evaluation_suite'
  AND s.id = COALESCE(r.key_evaluation_suite, r.eval_suite)
  AND s.valid_from <= r.charge_date
  AND r.charge_date < s.valid_to

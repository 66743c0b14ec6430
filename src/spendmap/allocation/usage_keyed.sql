-- usage_keyed: grouped usage in the common form of a money line.
-- in:  usage_ruled (usage_fields + rule_no + key_*), entity (dated register entries)
-- A source's own tag stands where no register key matches: an unregistered agent is still an agent.
-- An evaluation suite's calls belong to the use case it tests, unless a key or a tag of a use case says otherwise.
SELECT
    'usage' AS origin,
    r.group_key AS origin_key,
    r.source_name,
    r.billing_month,
    r.charge_date,
    CAST(NULL AS VARCHAR) AS statement,
    'Usage' AS charge_category,
    r.vendor,
    r.key_vendor_account AS vendor_account,
    CAST(NULL AS VARCHAR) AS supplier_name,
    r.provider_name,
    r.operation AS service_name,
    r.model,
    r.environment,
    coalesce(r.key_agent, r.agent_id) AS key_agent,
    coalesce(r.key_tool, r.tool) AS key_tool,
    coalesce(r.key_use_case, r.use_case, s.use_case) AS key_use_case,
    r.key_department,
    CAST(NULL AS VARCHAR) AS department_name,
    coalesce(r.key_cost_center, r.cost_center) AS key_cost_center,
    CASE
        WHEN r.key_use_case IS NULL AND r.use_case IS NULL AND s.use_case IS NOT NULL
            THEN concat('register:evaluation_suite:', s.id)
        ELSE r.attribution_rule
    END AS attribution_rule,
    r.rule_no,
    r.currency,
    r.list_cost,
    r.contracted_cost,
    r.contracted_cost AS effective_cost,
    CAST(NULL AS DECIMAL(28,12)) AS billed_cost,
    CASE WHEN r.is_price_estimated THEN 'estimated' ELSE 'metered' END AS evidence,
    r.usage_rows,
    r.unpriced_rows,
    r.input_tokens,
    r.output_tokens,
    CAST(NULL AS DECIMAL(28,12)) AS minutes,
    r.billing_account_id AS account_id,
    CAST(NULL AS DATE) AS charge_end,
    CAST(NULL AS DATE) AS bill_start,
    CAST(NULL AS VARCHAR) AS charge_class,
    CAST(NULL AS VARCHAR) AS invoice_number,
    CAST(NULL AS VARCHAR) AS issuer_vendor,
    CAST(NULL AS VARCHAR) AS publisher_vendor,
    CAST(NULL AS VARCHAR) AS commitment_id,
    CAST(NULL AS VARCHAR) AS commitment_status,
    CAST(NULL AS VARCHAR) AS line_kind,
    r.not_bought,
    r.billing_mode,
    r.covered_by,
    CAST(NULL AS VARCHAR) AS export_product
FROM usage_ruled AS r
LEFT JOIN entity AS s
    ON s.entity_type = 'evaluation_suite' AND s.id = coalesce(r.key_evaluation_suite, r.eval_suite)
    AND s.valid_from <= r.charge_date AND r.charge_date < s.valid_to

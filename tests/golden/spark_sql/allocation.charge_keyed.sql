SELECT
  'charge' AS origin,
  r.natural_key AS origin_key,
  r.source_name,
  r.billing_month,
  CAST(r.charge_period_start AS DATE) AS charge_date,
  r.statement,
  r.charge_category,
  COALESCE(CASE WHEN o.scope = 'ai' THEN r.resold_vendor END, r.vendor) AS vendor,
  r.key_vendor_account AS vendor_account,
  r.supplier_name,
  r.service_provider_name AS provider_name,
  r.service_name,
  COALESCE(r.sku_price_details['ModelId'], r.sku_price_details['x_ModelId']) AS model,
  COALESCE(r.tags['environment'], r.tags['env']) AS environment,
  r.key_agent,
  r.key_tool,
  r.key_use_case,
  r.key_department,
  r.department_name,
  r.key_cost_center,
  r.attribution_rule,
  r.rule_no,
  r.billing_currency AS currency,
  r.list_cost,
  r.contracted_cost,
  r.effective_cost,
  r.billed_cost,
  r.evidence,
  CAST(0 AS BIGINT) AS usage_rows,
  CAST(0 AS BIGINT) AS unpriced_rows,
  CAST(NULL AS BIGINT) AS input_tokens,
  CAST(NULL AS BIGINT) AS output_tokens,
  CAST(NULL AS DECIMAL(28, 12)) AS minutes,
  r.billing_account_id AS account_id,
  CAST(r.charge_period_end AS DATE) AS charge_end,
  CAST(r.billing_period_start AS DATE) AS bill_start,
  r.charge_class,
  r.invoice_number,
  r.issuer_vendor,
  r.publisher_vendor,
  r.commitment_discount_id AS commitment_id,
  r.commitment_discount_status AS commitment_status,
  r.line_kind,
  CAST(NULL AS STRING) AS not_bought,
  CAST(NULL AS STRING) AS billing_mode,
  CAST(NULL AS STRING) AS covered_by,
  x.product AS export_product
FROM charge_ruled AS r
LEFT JOIN rule AS o
  ON o.origin = 'charge' AND o.rule_no = r.rule_no
LEFT JOIN export_product AS x
  ON r.statement = 'cost_export'
  AND x.vendor = r.vendor
  AND COALESCE(r.issuer_vendor, r.vendor) = r.vendor
  AND x.service_name = COALESCE(r.service_name, '')
  AND x.charge_description = COALESCE(r.charge_description, '')

WITH finer AS (
  SELECT DISTINCT
    a.vendor,
    a.vendor_account,
    a.billing_month,
    CASE WHEN a.origin = 'charge' THEN 1 ELSE 0 END AS is_bill
  FROM attributed AS a
  WHERE
    NOT a.vendor IS NULL
    AND (
      (
        a.origin = 'charge' AND a.statement = 'cost_export'
      )
      OR (
        a.origin = 'usage' AND a.scope = 'ai' AND NOT a.contracted_cost IS NULL
      )
      OR (
        a.origin = 'utilization' AND a.scope = 'ai' AND NOT a.effective_cost IS NULL
      )
    )
), payment_covered AS (
  SELECT DISTINCT
    a.origin_key,
    a.source_name
  FROM attributed AS a
  JOIN finer AS f
    ON f.vendor = a.vendor
    AND f.billing_month = a.billing_month
    AND (
      f.vendor_account = a.vendor_account
      OR f.vendor_account = ''
      OR a.vendor_account = ''
    )
  WHERE
    a.origin = 'charge'
    AND a.statement = 'payment'
    AND (
      a.scope = 'ai' OR f.is_bill = 1
    )
), placed AS (
  SELECT
    a.*,
    p.pool_no,
    c.origin_key AS carried_key,
    c.list_cost AS carried_list,
    c.contracted_cost AS carried_contracted,
    c.effective_cost AS carried_effective,
    c.billed_cost AS carried_billed,
    v.origin_key AS covered_key
  FROM attributed AS a
  LEFT JOIN pool AS p
    ON p.vendor = a.vendor
    AND p.vendor_account = a.vendor_account
    AND p.billing_month = a.billing_month
    AND p.currency = a.currency
    AND a.scope = 'ai'
    AND (
      a.origin = 'usage'
      OR (
        a.origin = 'charge'
        AND a.statement = 'cost_export'
        AND a.rule_category = 'product_inference'
        AND a.rule_share IS NULL
        AND COALESCE(a.charge_category, 'Usage') = 'Usage'
      )
    )
  LEFT JOIN carried AS c
    ON c.pool_no = p.pool_no AND c.origin_key = a.origin_key AND a.origin = 'usage'
  LEFT JOIN payment_covered AS v
    ON v.origin_key = a.origin_key
    AND v.source_name = a.source_name
    AND a.origin = 'charge'
    AND a.statement = 'payment'
), lines AS (
  SELECT
    l.origin,
    l.origin_key,
    l.source_name,
    l.billing_month,
    l.charge_date,
    l.scope,
    l.category,
    'direct' AS layer,
    CASE WHEN NOT l.carried_key IS NULL THEN 'proportional' ELSE 'metered' END AS method,
    l.scope_rule,
    l.category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.supplier_name,
    l.provider_name,
    l.service_name,
    l.model,
    l.tool,
    l.agent,
    l.use_case,
    l.department,
    l.cost_center,
    l.owner,
    l.environment,
    l.currency,
    COALESCE(l.carried_list, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END) AS list_cost,
    COALESCE(l.carried_contracted, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END) AS contracted_cost,
    COALESCE(l.carried_effective, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END) AS effective_cost,
    COALESCE(l.carried_billed, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END) AS billed_cost,
    CASE WHEN l.contracted_cost IS NULL THEN l.evidence ELSE 'invoiced' END AS evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM placed AS l
  WHERE
    l.origin = 'usage' AND NOT l.pool_no IS NULL
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    l.source_name,
    l.billing_month,
    l.charge_date,
    CASE WHEN NOT l.covered_key IS NULL THEN 'covered' ELSE l.scope END AS scope,
    CASE WHEN l.scope = 'ai' AND l.covered_key IS NULL THEN l.category END AS category,
    CASE WHEN l.origin = 'activity' THEN 'labour' ELSE 'direct' END AS layer,
    CASE
      WHEN l.origin = 'activity' OR l.origin = 'utilization'
      THEN 'rate'
      ELSE 'whole'
    END AS method,
    CASE
      WHEN NOT l.covered_key IS NULL
      THEN 'counted-from-finer-source'
      ELSE l.scope_rule
    END AS scope_rule,
    CASE WHEN l.scope = 'ai' AND l.covered_key IS NULL THEN l.category_rule END AS category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.supplier_name,
    l.provider_name,
    l.service_name,
    l.model,
    l.tool,
    l.agent,
    l.use_case,
    l.department,
    l.cost_center,
    l.owner,
    l.environment,
    l.currency,
    l.list_cost,
    l.contracted_cost,
    l.effective_cost,
    l.billed_cost,
    l.evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM placed AS l
  WHERE
    l.pool_no IS NULL
    AND (
      l.rule_share IS NULL OR l.scope <> 'ai' OR NOT l.covered_key IS NULL
    )
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    l.source_name,
    l.billing_month,
    l.charge_date,
    'ai' AS scope,
    l.category,
    'direct' AS layer,
    'stated_share' AS method,
    l.scope_rule,
    l.category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.supplier_name,
    l.provider_name,
    l.service_name,
    l.model,
    l.tool,
    l.agent,
    l.use_case,
    l.department,
    l.cost_center,
    l.owner,
    l.environment,
    l.currency,
    CAST(l.list_cost * l.rule_share AS DECIMAL(28, 12)) AS list_cost,
    CAST(l.contracted_cost * l.rule_share AS DECIMAL(28, 12)) AS contracted_cost,
    CAST(l.effective_cost * l.rule_share AS DECIMAL(28, 12)) AS effective_cost,
    CAST(l.billed_cost * l.rule_share AS DECIMAL(28, 12)) AS billed_cost,
    'declared' AS evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM placed AS l
  WHERE
    l.pool_no IS NULL
    AND NOT l.rule_share IS NULL
    AND l.scope = 'ai'
    AND l.covered_key IS NULL
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    l.source_name,
    l.billing_month,
    l.charge_date,
    'not_ai' AS scope,
    CAST(NULL AS STRING) AS category,
    'direct' AS layer,
    'stated_share' AS method,
    l.scope_rule,
    CAST(NULL AS STRING) AS category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.supplier_name,
    l.provider_name,
    l.service_name,
    l.model,
    l.tool,
    l.agent,
    l.use_case,
    l.department,
    l.cost_center,
    l.owner,
    l.environment,
    l.currency,
    l.list_cost - CAST(l.list_cost * l.rule_share AS DECIMAL(28, 12)) AS list_cost,
    l.contracted_cost - CAST(l.contracted_cost * l.rule_share AS DECIMAL(28, 12)) AS contracted_cost,
    l.effective_cost - CAST(l.effective_cost * l.rule_share AS DECIMAL(28, 12)) AS effective_cost,
    l.billed_cost - CAST(l.billed_cost * l.rule_share AS DECIMAL(28, 12)) AS billed_cost,
    l.evidence,
    0 AS usage_rows,
    0 AS unpriced_rows,
    CAST(NULL AS BIGINT) AS input_tokens,
    CAST(NULL AS BIGINT) AS output_tokens,
    CAST(NULL AS DECIMAL(28, 12)) AS minutes
  FROM placed AS l
  WHERE
    l.pool_no IS NULL
    AND NOT l.rule_share IS NULL
    AND l.scope = 'ai'
    AND l.covered_key IS NULL
  UNION ALL
  SELECT
    'charge' AS origin,
    d.origin_key,
    d.source_name,
    d.billing_month,
    d.charge_date,
    'ai' AS scope,
    d.category,
    'direct' AS layer,
    'dark' AS method,
    d.scope_rule,
    d.scope_rule AS category_rule,
    CAST(NULL AS STRING) AS attribution_rule,
    d.vendor,
    d.vendor_account,
    d.supplier_name,
    CAST(NULL AS STRING) AS provider_name,
    CAST(NULL AS STRING) AS service_name,
    CAST(NULL AS STRING) AS model,
    CAST(NULL AS STRING) AS tool,
    CAST(NULL AS STRING) AS agent,
    CAST(NULL AS STRING) AS use_case,
    CAST(NULL AS STRING) AS department,
    CAST(NULL AS STRING) AS cost_center,
    CAST(NULL AS STRING) AS owner,
    CAST(NULL AS STRING) AS environment,
    d.currency,
    d.list_cost,
    d.contracted_cost,
    d.effective_cost,
    d.billed_cost,
    'invoiced' AS evidence,
    0 AS usage_rows,
    0 AS unpriced_rows,
    CAST(NULL AS BIGINT) AS input_tokens,
    CAST(NULL AS BIGINT) AS output_tokens,
    CAST(NULL AS DECIMAL(28, 12)) AS minutes
  FROM dark AS d
)
SELECT
  MD5(
    CONCAT_WS('|', n.source_name, n.origin, n.origin_key, n.method, n.scope, COALESCE(n.currency, ''))
  ) AS allocation_id,
  n.billing_month,
  n.source_name,
  n.charge_date,
  n.origin,
  n.origin_key,
  n.scope,
  n.category,
  n.layer,
  n.method,
  n.scope_rule,
  n.category_rule,
  n.attribution_rule,
  n.vendor,
  n.vendor_account,
  CAST(NULL AS STRING) AS vendor_product,
  CAST(NULL AS STRING) AS standing,
  CAST(NULL AS STRING) AS covered_by,
  n.supplier_name,
  n.provider_name,
  n.service_name,
  n.model,
  n.tool,
  n.agent,
  n.use_case,
  n.department,
  n.cost_center,
  n.owner,
  n.environment,
  n.currency,
  CAST(n.list_cost AS DECIMAL(28, 12)) AS list_cost,
  CAST(n.contracted_cost AS DECIMAL(28, 12)) AS contracted_cost,
  CAST(n.effective_cost AS DECIMAL(28, 12)) AS effective_cost,
  CAST(n.billed_cost AS DECIMAL(28, 12)) AS billed_cost,
  n.evidence,
  CAST(n.usage_rows AS BIGINT) AS usage_rows,
  CAST(n.unpriced_rows AS BIGINT) AS unpriced_rows,
  CAST(n.input_tokens AS BIGINT) AS input_tokens,
  CAST(n.output_tokens AS BIGINT) AS output_tokens,
  CAST(n.minutes AS DECIMAL(28, 12)) AS minutes
FROM lines AS n

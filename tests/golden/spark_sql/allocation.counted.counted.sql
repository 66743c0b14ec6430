WITH placed AS (
  SELECT
    a.*,
    p.pool_no,
    p.bill_currency,
    p.bills_own,
    p.is_export,
    p.evidence AS pool_evidence,
    p.standing AS pool_standing,
    c.origin_key AS carried_key,
    c.list_cost AS carried_list,
    c.contracted_cost AS carried_contracted,
    c.effective_cost AS carried_effective,
    c.billed_cost AS carried_billed,
    t.covered_by AS twice_by
  FROM attributed AS a
  LEFT JOIN export_twice AS t
    ON a.origin = 'charge'
    AND t.source_name = a.source_name
    AND t.origin_key = a.origin_key
  LEFT JOIN member AS m
    ON m.origin = a.origin
    AND m.vendor = a.vendor
    AND m.vendor_account = a.vendor_account
    AND m.account_id = COALESCE(a.account_id, '')
    AND m.tool = CASE WHEN a.origin = 'charge' THEN a.vendor_product ELSE COALESCE(a.tool, '') END
    AND m.billing_month = a.billing_month
    AND m.currency = a.currency
    AND m.cover_from <= a.charge_date
    AND a.charge_date < m.cover_to
    AND a.scope = 'ai'
    AND a.covered_by IS NULL
    AND a.billing_mode IS NULL
    AND t.origin_key IS NULL
    AND (
      a.origin <> 'charge'
      OR (
        a.statement = 'cost_export'
        AND a.rule_share IS NULL
        AND NOT a.is_commitment
        AND NOT a.is_uncommon
        AND (
          a.vendor_product = 'seats' OR COALESCE(a.charge_category, 'Usage') = 'Usage'
        )
      )
    )
  LEFT JOIN pool AS p
    ON p.pool_no = m.pool_no
  LEFT JOIN carried AS c
    ON c.pool_no = p.pool_no AND c.origin_key = a.origin_key AND a.origin <> 'charge'
), whole AS (
  SELECT
    l.*
  FROM placed AS l
  LEFT JOIN (
    SELECT DISTINCT
      p.source_name,
      p.origin_key
    FROM part AS p
  ) AS q
    ON l.origin = 'charge'
    AND q.source_name = l.source_name
    AND q.origin_key = l.origin_key
  WHERE
    l.pool_no IS NULL AND q.origin_key IS NULL
), lines AS (
  SELECT
    l.origin,
    l.origin_key,
    0 AS part_no,
    l.source_name,
    l.billing_month,
    l.charge_date,
    l.scope,
    l.category,
    'direct' AS layer,
    CASE
      WHEN NOT l.carried_key IS NULL
      THEN 'proportional'
      WHEN l.origin = 'utilization'
      THEN 'rate'
      ELSE 'metered'
    END AS method,
    l.scope_rule,
    l.category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.vendor_product,
    l.pool_standing AS standing,
    CAST(NULL AS STRING) AS covered_by,
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
    COALESCE(l.bill_currency, l.currency) AS currency,
    CASE
      WHEN l.is_export
      THEN COALESCE(l.carried_list, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END)
      WHEN l.bill_currency = l.currency
      THEN l.list_cost
    END AS list_cost,
    CASE
      WHEN l.is_export
      THEN COALESCE(l.carried_contracted, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END)
      WHEN l.bill_currency = l.currency
      THEN l.contracted_cost
    END AS contracted_cost,
    COALESCE(l.carried_effective, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END) AS effective_cost,
    CASE
      WHEN l.contracted_cost IS NULL
      THEN l.contracted_cost
      WHEN NOT l.bills_own
      THEN CAST(0 AS DECIMAL(28, 12))
      ELSE COALESCE(l.carried_billed, CASE WHEN l.carried_key IS NULL THEN l.contracted_cost END)
    END AS billed_cost,
    CASE WHEN l.contracted_cost IS NULL THEN l.evidence ELSE l.pool_evidence END AS evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM placed AS l
  WHERE
    l.origin <> 'charge' AND NOT l.pool_no IS NULL
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    q.part_no,
    l.source_name,
    q.month AS billing_month,
    q.part_date AS charge_date,
    COALESCE(q.scope, l.scope) AS scope,
    CASE
      WHEN COALESCE(q.scope, l.scope) = 'ai'
      THEN COALESCE(q.category, l.category, 'unclassified')
    END AS category,
    COALESCE(q.layer, 'direct') AS layer,
    COALESCE(q.method, CASE WHEN q.standing = 'dark' THEN 'dark' ELSE 'whole' END) AS method,
    COALESCE(q.scope_rule, l.scope_rule) AS scope_rule,
    CASE
      WHEN COALESCE(q.scope, l.scope) = 'ai'
      THEN COALESCE(q.category_rule, l.category_rule, l.scope_rule)
    END AS category_rule,
    l.attribution_rule,
    l.vendor,
    CASE
      WHEN l.vendor_account = ''
      THEN COALESCE(q.vendor_account, l.vendor_account)
      ELSE l.vendor_account
    END AS vendor_account,
    COALESCE(q.vendor_product, l.vendor_product) AS vendor_product,
    q.standing,
    q.covered_by,
    CASE WHEN q.standing IS DISTINCT FROM 'settlement' THEN l.supplier_name END AS supplier_name,
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
    q.list_cost,
    q.contracted_cost,
    q.effective_cost,
    q.billed_cost,
    COALESCE(q.evidence, l.evidence) AS evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM attributed AS l
  JOIN part AS q
    ON q.source_name = l.source_name AND q.origin_key = l.origin_key
  WHERE
    l.origin = 'charge'
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    0 AS part_no,
    l.source_name,
    l.billing_month,
    l.charge_date,
    CASE
      WHEN NOT COALESCE(l.covered_by, l.twice_by) IS NULL
      THEN 'covered'
      ELSE l.scope
    END AS scope,
    CASE
      WHEN l.scope = 'ai' AND COALESCE(l.covered_by, l.twice_by) IS NULL
      THEN l.category
    END AS category,
    CASE WHEN l.origin = 'activity' THEN 'labour' ELSE 'direct' END AS layer,
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL
      THEN 'plan'
      WHEN l.origin = 'activity' OR l.origin = 'utilization'
      THEN 'rate'
      ELSE 'whole'
    END AS method,
    CASE
      WHEN NOT l.twice_by IS NULL
      THEN 'exported-twice'
      WHEN NOT l.covered_by IS NULL
      THEN 'seen-by-another-source'
      ELSE l.scope_rule
    END AS scope_rule,
    CASE
      WHEN l.scope = 'ai' AND COALESCE(l.covered_by, l.twice_by) IS NULL
      THEN l.category_rule
    END AS category_rule,
    l.attribution_rule,
    l.vendor,
    l.vendor_account,
    l.vendor_product,
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL
      THEN 'plan'
      WHEN l.origin = 'usage'
      AND l.scope = 'ai'
      AND l.covered_by IS NULL
      AND l.effective_cost > 0
      AND NOT l.vendor IS NULL
      THEN 'not_billed_yet'
    END AS standing,
    COALESCE(l.covered_by, l.twice_by) AS covered_by,
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
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL AND NOT l.list_cost IS NULL
      THEN 0
      ELSE l.list_cost
    END AS list_cost,
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL AND NOT l.contracted_cost IS NULL
      THEN 0
      ELSE l.contracted_cost
    END AS contracted_cost,
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL AND NOT l.effective_cost IS NULL
      THEN 0
      ELSE l.effective_cost
    END AS effective_cost,
    CASE
      WHEN l.billing_mode = 'plan' AND l.covered_by IS NULL AND NOT l.effective_cost IS NULL
      THEN 0
      ELSE l.billed_cost
    END AS billed_cost,
    l.evidence,
    l.usage_rows,
    l.unpriced_rows,
    l.input_tokens,
    l.output_tokens,
    l.minutes
  FROM whole AS l
  WHERE
    l.rule_share IS NULL OR l.scope <> 'ai' OR NOT l.twice_by IS NULL
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    0 AS part_no,
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
    l.vendor_product,
    CAST(NULL AS STRING) AS standing,
    CAST(NULL AS STRING) AS covered_by,
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
  FROM whole AS l
  WHERE
    NOT l.rule_share IS NULL AND l.scope = 'ai' AND l.twice_by IS NULL
  UNION ALL
  SELECT
    l.origin,
    l.origin_key,
    0 AS part_no,
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
    l.vendor_product,
    CAST(NULL AS STRING) AS standing,
    CAST(NULL AS STRING) AS covered_by,
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
  FROM whole AS l
  WHERE
    NOT l.rule_share IS NULL AND l.scope = 'ai' AND l.twice_by IS NULL
  UNION ALL
  SELECT
    'charge' AS origin,
    d.origin_key,
    0 AS part_no,
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
    d.vendor_product,
    'dark' AS standing,
    CAST(NULL AS STRING) AS covered_by,
    d.supplier_name,
    CAST(NULL AS STRING) AS provider_name,
    CAST(NULL AS STRING) AS service_name,
    CAST(NULL AS STRING) AS model,
    CAST(NULL AS STRING) AS tool,
    CAST(NULL AS STRING) AS agent,
    CAST(NULL AS STRING) AS use_case,
    CAST(NULL AS STRING) AS department,
    CAST(NULL AS STRING) AS cost_center,
    d.owner,
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
    CONCAT_WS(
      '|',
      n.source_name,
      n.origin,
      n.origin_key,
      n.method,
      n.scope,
      COALESCE(n.currency, ''),
      n.billing_month,
      CAST(n.part_no AS STRING)
    )
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
  n.vendor_product,
  n.standing,
  n.covered_by,
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
JOIN wanted AS w
  ON w.month = n.billing_month

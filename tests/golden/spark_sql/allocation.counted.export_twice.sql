WITH lines AS (
  SELECT
    c.source_name,
    c.natural_key,
    c.vendor,
    c.billing_currency,
    COALESCE(c.sub_account_id, c.billing_account_id, '') AS account,
    CASE
      WHEN NOT c.sub_account_id IS NULL
      AND NOT c.billing_account_id IS NULL
      AND c.billing_account_id <> c.sub_account_id
      THEN 0
      ELSE 1
    END AS payer_first,
    c.charge_period_start,
    COALESCE(c.charge_period_end, c.charge_period_start) AS charge_period_end,
    COALESCE(c.service_name, '') AS service_name,
    COALESCE(c.sku_id, '') AS sku_id,
    COALESCE(c.charge_description, '') AS charge_description,
    COALESCE(c.resource_id, '') AS resource_id,
    COALESCE(c.charge_category, '') AS charge_category,
    COALESCE(c.charge_class, '') AS charge_class,
    COALESCE(c.commitment_discount_id, '') AS commitment_id,
    COALESCE(c.commitment_discount_status, '') AS commitment_status,
    c.effective_cost
  FROM charge_fields AS c
  WHERE
    c.statement = 'cost_export' AND NOT c.vendor IS NULL
), numbered AS (
  SELECT
    l.*,
    ROW_NUMBER() OVER (
      PARTITION BY l.source_name, l.vendor, l.billing_currency, l.account, l.charge_period_start, l.charge_period_end, l.service_name, l.sku_id, l.charge_description, l.resource_id, l.charge_category, l.charge_class, l.commitment_id, l.commitment_status
      ORDER BY l.effective_cost NULLS LAST, l.natural_key NULLS LAST
    ) AS place
  FROM lines AS l
), ranked AS (
  SELECT
    n.source_name,
    n.natural_key,
    FIRST_VALUE(n.source_name) OVER (
      PARTITION BY n.vendor, n.billing_currency, n.account, n.charge_period_start, n.charge_period_end, n.service_name, n.sku_id, n.charge_description, n.resource_id, n.charge_category, n.charge_class, n.commitment_id, n.commitment_status, n.place
      ORDER BY n.payer_first NULLS LAST, n.source_name NULLS LAST, n.natural_key NULLS LAST
    ) AS counting_source
  FROM numbered AS n
)
SELECT
  r.source_name,
  r.natural_key AS origin_key,
  CONCAT('source:', COALESCE(r.counting_source, '')) AS covered_by
FROM ranked AS r
WHERE
  r.counting_source <> r.source_name

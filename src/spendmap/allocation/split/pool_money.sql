-- pool_money: AI money that no use case carries, and how much of the resource behind it stood unused.
-- in:  allocation, charge (the bill marks committed capacity Used or Unused), utilization (provisioned and used)
-- out: one row per month and all dimensions; `commitment_status` or `provisioned` and `used` where known
-- check: sum(list_cost, contracted_cost, effective_cost, billed_cost) = sum of allocation where scope = 'ai' AND use_case IS NULL
WITH resource_use AS (
    SELECT
        u.resource_id, u.billing_month,
        CAST(sum(u.provisioned_quantity) AS DECIMAL(38,12)) AS provisioned,
        CAST(CASE WHEN count(u.used_quantity) = count(*) THEN sum(u.used_quantity) END AS DECIMAL(38,12)) AS used
    FROM utilization AS u
    WHERE u.resource_kind <> 'seat' AND u.resource_id IS NOT NULL
    GROUP BY u.resource_id, u.billing_month
)
SELECT
    a.billing_month AS month,
    a.category, a.layer, a.method, a.vendor, a.vendor_account, a.supplier_name, a.provider_name, a.service_name,
    a.model, a.tool, a.agent, a.department, a.cost_center, a.owner, a.environment, a.source_name, a.origin,
    a.currency, a.evidence,
    c.commitment_discount_status AS commitment_status,
    CASE WHEN c.commitment_discount_status IS NULL
        THEN coalesce(r.provisioned, CAST(s.provisioned_quantity AS DECIMAL(38,12))) END AS provisioned,
    CASE WHEN c.commitment_discount_status IS NULL
        THEN coalesce(r.used, CAST(s.used_quantity AS DECIMAL(38,12))) END AS used,
    CAST(sum(a.list_cost) AS DECIMAL(38,12))       AS list_cost,
    CAST(sum(a.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(sum(a.effective_cost) AS DECIMAL(38,12))  AS effective_cost,
    CAST(sum(a.billed_cost) AS DECIMAL(38,12))     AS billed_cost,
    CAST(sum(a.usage_rows) AS BIGINT)       AS usage_rows,
    CAST(sum(a.input_tokens) AS BIGINT)     AS input_tokens,
    CAST(sum(a.output_tokens) AS BIGINT)    AS output_tokens,
    CAST(sum(a.minutes) AS DECIMAL(38,12))  AS minutes
FROM allocation AS a
LEFT JOIN charge AS c ON a.origin = 'charge' AND c.source_name = a.source_name AND c.natural_key = a.origin_key
LEFT JOIN utilization AS s
    ON a.origin = 'utilization' AND s.source_name = a.source_name AND s.natural_key = a.origin_key
LEFT JOIN resource_use AS r ON r.resource_id = c.resource_id AND r.billing_month = a.billing_month
WHERE a.scope = 'ai' AND a.use_case IS NULL
GROUP BY
    a.billing_month, a.category, a.layer, a.method, a.vendor, a.vendor_account, a.supplier_name, a.provider_name, a.service_name,
    a.model, a.tool, a.agent, a.department, a.cost_center, a.owner, a.environment, a.source_name, a.origin, a.currency, a.evidence,
    c.commitment_discount_status, r.provisioned, r.used, s.provisioned_quantity, s.used_quantity

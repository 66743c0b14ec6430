-- export_twice: the same money in the exports of two sources (a payer's and a member's, or one export under two names).
-- in:  charge_fields
-- out: rows that another source's row stands for, with that source; the payer's row counts, else the first source by name
-- note: n-th equal row of a source meets the n-th of the other, so what only one of them holds counts
WITH lines AS (
    SELECT
        c.source_name, c.natural_key, c.vendor, c.billing_currency,
        coalesce(c.sub_account_id, c.billing_account_id, '') AS account,
        CASE WHEN c.sub_account_id IS NOT NULL AND c.billing_account_id IS NOT NULL AND c.billing_account_id <> c.sub_account_id
            THEN 0 ELSE 1 END AS payer_first,
        c.charge_period_start, coalesce(c.charge_period_end, c.charge_period_start) AS charge_period_end,
        coalesce(c.service_name, '') AS service_name, coalesce(c.sku_id, '') AS sku_id,
        coalesce(c.charge_description, '') AS charge_description, coalesce(c.resource_id, '') AS resource_id,
        coalesce(c.charge_category, '') AS charge_category, coalesce(c.charge_class, '') AS charge_class,
        coalesce(c.commitment_discount_id, '') AS commitment_id, coalesce(c.commitment_discount_status, '') AS commitment_status,
        c.effective_cost
    FROM charge_fields AS c
    WHERE c.statement = 'cost_export' AND c.vendor IS NOT NULL
),
numbered AS (
    SELECT
        l.*,
        row_number() OVER (
            PARTITION BY l.source_name, l.vendor, l.billing_currency, l.account, l.charge_period_start, l.charge_period_end,
                l.service_name, l.sku_id, l.charge_description, l.resource_id, l.charge_category, l.charge_class,
                l.commitment_id, l.commitment_status
            ORDER BY l.effective_cost, l.natural_key) AS place
    FROM lines AS l
),
ranked AS (
    SELECT
        n.source_name, n.natural_key,
        first_value(n.source_name) OVER (
            PARTITION BY n.vendor, n.billing_currency, n.account, n.charge_period_start, n.charge_period_end, n.service_name,
                n.sku_id, n.charge_description, n.resource_id, n.charge_category, n.charge_class, n.commitment_id,
                n.commitment_status, n.place
            ORDER BY n.payer_first, n.source_name, n.natural_key) AS counting_source
    FROM numbered AS n
)
SELECT
    r.source_name,
    r.natural_key AS origin_key,
    concat('source:', r.counting_source) AS covered_by
FROM ranked AS r
WHERE r.counting_source <> r.source_name

-- marketplace_lines: a cloud's own lines for what another vendor publishes, one row per line.
-- in:  export_lines
SELECT
    e.source_name, e.origin_key, e.said_vendor AS cloud, e.publisher_vendor, e.billing_month, e.charge_date, e.currency,
    e.list_cost, e.contracted_cost, e.effective_cost, e.billed_cost
FROM export_lines AS e
WHERE e.publisher_vendor IS NOT NULL AND e.said_vendor IS NOT NULL AND e.publisher_vendor <> e.said_vendor
    AND coalesce(e.issuer_vendor, e.said_vendor) = e.said_vendor
ORDER BY e.charge_date, e.source_name, e.origin_key

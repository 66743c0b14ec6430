SELECT
  e.source_name,
  e.origin_key,
  e.said_vendor AS cloud,
  e.publisher_vendor,
  e.billing_month,
  e.charge_date,
  e.currency,
  e.list_cost,
  e.contracted_cost,
  e.effective_cost,
  e.billed_cost
FROM export_lines AS e
WHERE
  NOT e.publisher_vendor IS NULL
  AND NOT e.said_vendor IS NULL
  AND e.publisher_vendor <> e.said_vendor
  AND COALESCE(e.issuer_vendor, e.said_vendor) = e.said_vendor
ORDER BY
  e.charge_date NULLS LAST,
  e.source_name NULLS LAST,
  e.origin_key NULLS LAST

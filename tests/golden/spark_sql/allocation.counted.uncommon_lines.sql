SELECT
  e.source_name,
  e.origin_key,
  e.billing_month,
  e.charge_date,
  e.charge_end,
  e.bill_start,
  e.scope,
  e.list_cost,
  e.contracted_cost,
  e.effective_cost,
  e.billed_cost
FROM export_lines AS e
WHERE
  e.is_uncommon AND NOT e.is_commitment
ORDER BY
  e.source_name NULLS LAST,
  e.origin_key NULLS LAST

-- contributing_rows: one page of the allocation rows behind a figure.
-- in:  allocation; order by a whitelisted column, page by parameter
-- out: allocation rows; cost of the chosen basis, NULL where unknown
SELECT
    allocation_id, charge_date, origin, origin_key, source_name, scope, category, method, layer, vendor,
    vendor_account, supplier_name, model, service_name, tool, agent, use_case, department, cost_center, owner,
    environment, evidence, {cost} AS cost, usage_rows, unpriced_rows, input_tokens, output_tokens, minutes,
    scope_rule, category_rule, attribution_rule
FROM allocation
WHERE currency = $currency AND billing_month BETWEEN $first AND $last AND {figure} AND {where}
ORDER BY {order}
LIMIT $size OFFSET $skip

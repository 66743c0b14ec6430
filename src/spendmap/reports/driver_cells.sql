-- driver_cells: what the rows of two periods cost and how much was used, finely enough to compare like with like.
-- in:  month (grain: month x dimensions); basis by name, periods and conditions by parameter
-- out: one row per period x cell; cost NULL where no row of the cell has one on this basis
SELECT
    month BETWEEN $first AND $last AS is_now,
    origin,
    method,
    category,
    vendor,
    supplier_name,
    source_name,
    service_name,
    model,
    tool,
    use_case,
    department,
    SUM({cost}) AS cost,
    SUM({missing}) AS missing,
    SUM(rows) AS rows,
    SUM(usage_rows) AS usage_rows,
    SUM(unpriced_rows) AS unpriced_rows,
    SUM(input_tokens) AS input_tokens,
    SUM(output_tokens) AS output_tokens,
    SUM(minutes) AS minutes
FROM month
WHERE scope = 'ai' AND currency = $currency AND month >= $low_selected AND month <= $high
    AND (month BETWEEN $first AND $last OR month BETWEEN $previous_first AND $previous_last)
    AND {where}
GROUP BY ALL

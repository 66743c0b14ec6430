-- card_direct: AI money of one use case by month and by everything the question card tells of it.
-- in:  month; basis by name, use case, currency and window by parameter
-- out: one row per month, category, layer, vendor, model, cost centre and grade; cost NULL where no row of it has one
SELECT
    month,
    category,
    layer,
    vendor,
    model,
    cost_center,
    evidence,
    SUM({cost}) AS cost,
    SUM({missing}) AS missing,
    SUM(rows) AS rows,
    SUM(unpriced_rows) AS unpriced_rows
FROM month
WHERE scope = 'ai' AND use_case = $use_case AND currency = $currency AND month BETWEEN $strip_first AND $last
GROUP BY ALL
ORDER BY ALL

-- unpriced: usage no price was in force for, by provider and model.
-- in:  selected
-- out: one row per provider and model; tokens of the roll-up rows that hold unpriced usage (is_mixed: priced usage too)
SELECT
    provider_name,
    model,
    SUM(unpriced_rows) AS rows,
    SUM(input_tokens) AS input_tokens,
    SUM(output_tokens) AS output_tokens,
    BOOL_OR(unpriced_rows < usage_rows) AS is_mixed
FROM selected
WHERE scope = 'ai' AND unpriced_rows > 0 AND month BETWEEN $first AND $last
GROUP BY provider_name, model
ORDER BY rows DESC, provider_name, model

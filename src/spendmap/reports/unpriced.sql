-- unpriced: usage no price was in force for, by provider and model, and people's work without a rate, in one row.
-- in:  selected
-- out: one row per provider and model; tokens of the roll-up rows that hold unpriced usage (is_mixed: priced usage too).
--      Work (is_work) has minutes instead: of the roll-up rows that hold some without a rate
SELECT
    provider_name,
    model,
    origin = 'activity' AS is_work,
    SUM(unpriced_rows) AS rows,
    SUM(input_tokens) AS input_tokens,
    SUM(output_tokens) AS output_tokens,
    SUM(minutes) AS minutes,
    BOOL_OR(unpriced_rows < usage_rows) AS is_mixed
FROM selected
WHERE scope = 'ai' AND unpriced_rows > 0 AND month BETWEEN $first AND $last
GROUP BY provider_name, model, is_work
ORDER BY rows DESC, provider_name, model

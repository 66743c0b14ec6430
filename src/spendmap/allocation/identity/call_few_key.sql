-- call_few_key: numbers of model and token counts in the rows of all sources but the one with most calls of the model.
-- in:  call_single
-- out: one row per number (see `alike.single_sql`), with the first and the last source that has it
SELECT
    c.number,
    min(c.source_no) AS first_source,
    max(c.source_no) AS last_source
FROM call_single AS c
WHERE NOT c.is_most AND c.tokens_in + c.tokens_out > 0
GROUP BY c.number

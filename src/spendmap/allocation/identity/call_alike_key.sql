-- call_alike_key: numbers of model and token counts that rows of two sources have in common.
-- in:  call_few_key, call_single
-- out: one row per number. The source with most calls is held against the others' numbers, not grouped by its own: nearly
--      each of its calls has one of its own.
SELECT f.number
FROM call_few_key AS f
WHERE f.first_source <> f.last_source
UNION
SELECT f.number
FROM call_few_key AS f
JOIN call_single AS c ON c.number = f.number
WHERE c.is_most

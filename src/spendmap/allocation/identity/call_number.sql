-- call_number: what single calls of two sources are held against each other by: the number of model and tokens, and time.
-- in:  call_single
-- out: one row per single call with tokens on either side: an embedding or a reranking has input alone, an image or speech
--      may have output alone. What states no tokens is like nothing.
SELECT
    c.number,
    c.source_no,
    c.is_most,
    DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', c.charge_period_start) AS second
FROM call_single AS c
WHERE c.tokens_in + c.tokens_out > 0

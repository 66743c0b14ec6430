-- pair_lines: the two lines of proposed pairs, as their ledgers write them.
-- in:  charge; $keys = names of lines (source:key)
-- out: one row per line
SELECT
    concat(c.source_name, ':', c.natural_key) AS name, c.source_name AS source,
    COALESCE(c.invoice_issuer_name, c.service_provider_name) AS supplier,
    CAST(c.charge_period_start AS DATE) AS day, c.billed_cost AS cost, c.source_file AS file, c.source_line AS line
FROM charge AS c
WHERE list_contains($keys, concat(c.source_name, ':', c.natural_key))

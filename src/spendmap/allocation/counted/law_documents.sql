-- law_documents: invoice numbers that several sources hold, and how much of them counts.
-- in:  charge; law_part
-- out: one row per vendor, number and currency of more than one source; `counted` above `largest` counts a document twice
WITH held AS (
    SELECT
        p.vendor, c.invoice_number AS number, c.billing_currency AS currency, c.source_name,
        sum(CASE WHEN p.is_withheld = 1 THEN 0 ELSE c.billed_cost END) AS amount,
        sum(p.counted) AS counted, count(*) AS n
    FROM charge AS c
    JOIN law_part AS p ON p.source_name = c.source_name AND p.origin_key = c.natural_key
    WHERE c.invoice_number IS NOT NULL AND p.vendor IS NOT NULL
    GROUP BY p.vendor, c.invoice_number, c.billing_currency, c.source_name
)
SELECT
    h.vendor, h.number, h.currency, count(*) AS sources, sum(h.n) AS lines, max(h.amount) AS largest,
    sum(h.counted) AS counted
FROM held AS h
GROUP BY h.vendor, h.number, h.currency
HAVING count(*) > 1
ORDER BY h.vendor, h.number, h.currency

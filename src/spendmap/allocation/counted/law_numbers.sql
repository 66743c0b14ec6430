-- law_numbers: numbers that documents bear (payables lines, exports), what they say and how much of them counts.
-- in:  charge; law_part
-- out: one row per vendor, number and currency; `largest` is what the source that holds most of it says, tax included
WITH held AS (
    SELECT
        p.vendor, c.invoice_number AS number, c.billing_currency AS currency, c.source_name,
        sum(CASE WHEN p.is_withheld = 1 THEN 0 ELSE c.billed_cost + coalesce(c.tax_cost, 0) END) AS amount, sum(p.counted) AS counted
    FROM charge AS c
    JOIN law_part AS p ON p.source_name = c.source_name AND p.origin_key = c.natural_key
    WHERE c.invoice_number IS NOT NULL AND p.vendor IS NOT NULL AND coalesce(c.books, '') NOT IN ('card', 'bank')
    GROUP BY p.vendor, c.invoice_number, c.billing_currency, c.source_name
)
SELECT h.vendor, h.number, h.currency, max(h.amount) AS largest, sum(h.counted) AS counted
FROM held AS h
GROUP BY h.vendor, h.number, h.currency
ORDER BY h.vendor, h.number, h.currency

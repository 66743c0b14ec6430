-- exports_alike: exports of two sources that bill one account the same in a month, in other rows: days and a month, say.
-- in:  export_lines
-- out: one row per seller, account, currency, billing month and pair of sources (one_source < other_source)
-- note: equal up to half a cent for each row, since exports round what they write
WITH billed AS (
    SELECT
        e.source_name, e.vendor, coalesce(e.vendor_account, e.account_id, '') AS account, e.currency, e.bill_first,
        sum(e.billed_cost) AS billed, count(*) AS n
    FROM export_lines AS e
    WHERE e.vendor IS NOT NULL AND e.scope = 'ai'
    GROUP BY e.source_name, e.vendor, coalesce(e.vendor_account, e.account_id, ''), e.currency, e.bill_first
)
SELECT
    a.vendor, a.account, a.currency, a.bill_first, a.source_name AS one_source, b.source_name AS other_source, b.billed
FROM billed AS a
JOIN billed AS b
    ON b.vendor = a.vendor AND b.account = a.account AND b.currency = a.currency AND b.bill_first = a.bill_first
    AND a.source_name < b.source_name
WHERE b.billed > 0 AND abs(a.billed - b.billed) <= 0.005 * (a.n + b.n)
ORDER BY a.vendor, a.account, a.currency, a.bill_first, a.source_name, b.source_name

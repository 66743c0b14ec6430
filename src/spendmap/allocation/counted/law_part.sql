-- law_part: what allocation made of each captured line of money, over all months.
-- in:  allocation
-- out: one row per line; `counted` = billed cost that nothing else stands for, an export's adjustment left out;
--      `is_withheld` = the line takes tax off, which makes its document no smaller a purchase
SELECT
    a.source_name, a.origin_key, max(a.vendor) AS vendor, max(a.vendor_account) AS account,
    sum(CASE WHEN a.scope <> 'covered' THEN a.billed_cost ELSE 0 END) AS counted,
    max(CASE WHEN a.standing = 'tax' AND a.billed_cost < 0 THEN 1 ELSE 0 END) AS is_withheld
FROM allocation AS a
WHERE a.origin = 'charge' AND a.method <> 'adjustment'
GROUP BY a.source_name, a.origin_key

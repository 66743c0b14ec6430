-- origin_lineage: which loads brought the charges, seats or work behind a figure.
-- in:  allocation, and the ledger table of that origin by name
-- out: one row per load
WITH behind AS (
    SELECT DISTINCT origin_key, source_name
    FROM allocation
    WHERE origin = $origin AND currency = $currency AND billing_month BETWEEN $first AND $last
        AND {figure} AND {where}
)
SELECT t.load_id, COUNT(*) AS rows
FROM {table} AS t
INNER JOIN behind ON t.natural_key = behind.origin_key AND t.source_name = behind.source_name
WHERE t.billing_month BETWEEN $first AND $last
GROUP BY ALL

-- usage_lineage: which loads brought, and which price rows priced, the usage behind a figure.
-- in:  allocation, usage_shape (group_key is the allocation row's origin_key)
-- out: one row per load and price combination
WITH behind AS (
    SELECT DISTINCT origin_key
    FROM allocation
    WHERE origin = 'usage' AND currency = $currency AND billing_month BETWEEN $first AND $last
        AND {figure} AND {where}
)
SELECT u.load_id, u.price_ids, u.contract_price_key, CAST(SUM(u.usage_rows) AS BIGINT) AS rows
FROM usage_shape AS u
INNER JOIN behind ON u.group_key = behind.origin_key
WHERE u.billing_month BETWEEN $first AND $last
GROUP BY ALL

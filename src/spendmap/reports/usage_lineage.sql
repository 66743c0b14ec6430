-- usage_lineage: which loads brought, and which price rows priced, the usage behind a figure.
-- in:  allocation, and the usage behind it, by shape or by row (group_key is the allocation row's origin_key)
-- out: one row per load and price combination
WITH behind AS (
    SELECT DISTINCT origin_key
    FROM allocation
    WHERE origin = 'usage' AND currency = $currency AND billing_month BETWEEN $first AND $last
        AND {figure} AND {where} AND {page}
)
SELECT u.load_id, u.price_ids, u.contract_price_key, {rows} AS rows
FROM {usage} AS u
INNER JOIN behind ON u.group_key = behind.origin_key
WHERE u.billing_month BETWEEN $first AND $last
GROUP BY ALL

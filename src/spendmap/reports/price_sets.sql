-- price_sets: the price rows of sets of meter prices.
-- in:  price_wide (price_key, price_ids as JSON: meter -> price_id); keys by parameter
-- out: one row per key that is a set
SELECT price_key, ANY_VALUE(price_ids) AS price_ids
FROM price_wide
WHERE price_key IN (SELECT UNNEST($keys)) AND price_ids IS NOT NULL
GROUP BY price_key

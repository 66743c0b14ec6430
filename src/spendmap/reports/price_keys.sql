-- price_keys: the price rows a key may stand for: the row of that id, else what its provider and model cost in the months.
-- in:  price; keys and months by parameter. A set's key is provider/model#digest.
-- out: key and price_id; list prices of the book as it stands now
WITH asked AS (
    SELECT UNNEST($keys) AS price_key
)
SELECT asked.price_key, p.price_id
FROM asked
INNER JOIN price AS p ON p.price_id = asked.price_key
UNION ALL
SELECT asked.price_key, p.price_id
FROM asked
INNER JOIN price AS p
    ON asked.price_key LIKE '%#%'
    AND p.provider || '/' || p.model = SPLIT_PART(asked.price_key, '#', 1)
    AND p.superseded_at IS NULL
    AND COALESCE(p.contract, '') = ''
    AND STRFTIME(p.valid_from, '%Y-%m') <= $last
    AND STRFTIME(p.valid_to, '%Y-%m') >= $first
WHERE asked.price_key NOT IN (SELECT price_id FROM price)
ORDER BY 1, 2

-- play_prices: what a token of output costs on each model at its list price in force, to say which model is cheaper.
-- in:  price (the whole book)
--      valid_to of a price that has no end lies in the year 9999
-- out: one row per provider and model that has such a price, in the standard tier and without a contract
SELECT p.provider, p.model, min(p.list_unit_price) AS output_price
FROM price AS p
WHERE p.meter = 'output' AND coalesce(p.service_tier, 'standard') = 'standard' AND coalesce(p.contract, '') = ''
    AND p.valid_to >= TIMESTAMP '9000-01-01 00:00:00' AND p.superseded_at IS NULL AND coalesce(p.input_from, 0) = 0
GROUP BY p.provider, p.model
ORDER BY p.provider, p.model

-- economics_cost: fully loaded cost by one key, layer and evidence.
-- in:  cost; {key} a column of it, {cost} a basis
-- out: sums of the known; `missing` rows have no cost on the basis
SELECT
    {key} AS key, c.layer, c.evidence, sum(c.{cost}) AS cost, count(*) AS rows, count(*) - count(c.{cost}) AS missing,
    CAST(sum(c.unpriced_rows) AS BIGINT) AS unpriced
FROM cost AS c
WHERE c.month BETWEEN $first AND $last AND c.currency = $currency
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3

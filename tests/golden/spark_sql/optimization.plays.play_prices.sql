SELECT
  p.provider,
  p.model,
  MIN(p.list_unit_price) AS output_price
FROM price AS p
WHERE
  p.meter = 'output'
  AND COALESCE(p.service_tier, 'standard') = 'standard'
  AND COALESCE(p.contract, '') = ''
  AND p.valid_to >= CAST('9000-01-01 00:00:00' AS TIMESTAMP_NTZ)
  AND p.superseded_at IS NULL
  AND COALESCE(p.input_from, 0) = 0
GROUP BY
  p.provider,
  p.model
ORDER BY
  p.provider NULLS LAST,
  p.model NULLS LAST

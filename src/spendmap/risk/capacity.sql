-- capacity: AI money of committed resources, used and unused as the bill marks it.
-- in:  charge, allocation, $first and $last month, both inside
-- out: one row per resource and currency; commitments listed
SELECT
    coalesce(c.resource_id, c.commitment_discount_id) AS resource,
    coalesce(string_agg(DISTINCT c.commitment_discount_id, ', ' ORDER BY c.commitment_discount_id), '') AS commitment,
    a.currency,
    coalesce(sum(a.effective_cost) FILTER (WHERE c.commitment_discount_status = 'Used'), 0) AS used_cost,
    coalesce(sum(a.effective_cost) FILTER (WHERE c.commitment_discount_status = 'Unused'), 0) AS unused_cost
FROM charge AS c
JOIN allocation AS a ON a.source_name = c.source_name AND a.origin_key = c.natural_key
WHERE a.origin = 'charge' AND a.scope = 'ai' AND a.billing_month BETWEEN $first AND $last
    AND c.billing_month BETWEEN $first AND $last
    AND c.commitment_discount_status IN ('Used', 'Unused')
    AND coalesce(c.resource_id, c.commitment_discount_id) IS NOT NULL
GROUP BY 1, 3
ORDER BY 1, 3

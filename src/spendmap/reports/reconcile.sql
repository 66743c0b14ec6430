-- reconcile: money of vendor accounts by month and by how it came, whole history up to $last.
-- in:  month (published), $last month
-- out: one row per vendor, account, product, currency, month, source, origin, scope, method and standing; NULL where no
--      row has the cost
SELECT
    m.vendor, m.vendor_account, m.vendor_product, m.currency, m.month, m.source_name, m.origin, m.scope, m.method,
    m.standing, sum(m.contracted_cost) AS contracted, sum(m.effective_cost) AS effective, sum(m.billed_cost) AS billed,
    CAST(sum(m.rows) AS BIGINT) AS rows, CAST(sum(m.unpriced_rows) AS BIGINT) AS unpriced_rows
FROM month AS m
WHERE m.vendor IS NOT NULL AND m.month <= $last
    AND coalesce(m.standing, '') <> 'tax' -- told as the cause of a difference, and no part of either side
GROUP BY
    m.vendor, m.vendor_account, m.vendor_product, m.currency, m.month, m.source_name, m.origin, m.scope, m.method,
    m.standing
ORDER BY
    m.vendor, m.vendor_account, m.vendor_product, m.currency, m.month, m.source_name, m.origin, m.scope, m.method,
    m.standing

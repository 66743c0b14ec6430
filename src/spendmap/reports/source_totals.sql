-- source_totals: what was read of each source, whole history.
-- in:  load
-- out: one row per source; a load without rows counts as a file
SELECT
    l.source_name, max(l.kind) AS kind, max(l.owner) AS owner, max(l.scope_note) AS scope,
    CAST(count(DISTINCT l.file_name) AS BIGINT) AS files,
    CAST(sum(l.rows_read) AS BIGINT) AS rows_read, CAST(sum(l.rows_loaded) AS BIGINT) AS rows_loaded,
    CAST(sum(l.rows_duplicate) AS BIGINT) AS rows_duplicate,
    CAST(sum(l.rows_quarantined) AS BIGINT) AS rows_quarantined,
    CAST(sum(l.rows_replaced) AS BIGINT) AS rows_replaced,
    max(l.observed_at) AS last_load
FROM load AS l
GROUP BY l.source_name
ORDER BY l.source_name

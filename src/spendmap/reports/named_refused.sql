-- named_refused: rows that wait in quarantine, by source, as the last reading of each file left them.
-- in:  load; $first..$last months
-- out: one row per source; a file whose every row was refused names no month, so it counts in every period
SELECT l.source_name AS source, CAST(SUM(l.rows_quarantined) AS BIGINT) AS rows, CAST(COUNT(*) AS BIGINT) AS files
FROM (
    SELECT
        f.source_name, f.rows_quarantined, f.months,
        ROW_NUMBER() OVER (PARTITION BY f.source_name, f.file_name ORDER BY f.observed_at DESC, f.load_id DESC) AS age
    FROM load AS f
) AS l
WHERE l.age = 1 AND l.rows_quarantined > 0 AND (
    COALESCE(l.months, '') = ''
    OR EXISTS (
        SELECT 1 FROM (SELECT trim(unnest(string_split(l.months, ','))) AS month) AS m WHERE m.month BETWEEN $first AND $last
    )
)
GROUP BY l.source_name
ORDER BY rows DESC, source

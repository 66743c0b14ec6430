-- source_loads: when each source was read and which months that brought.
-- in:  load
-- out: one row per source x months text
SELECT source_name, MAX(observed_at) AS observed_at, months
FROM load
WHERE observed_at IS NOT NULL AND source_name IS NOT NULL
GROUP BY source_name, months

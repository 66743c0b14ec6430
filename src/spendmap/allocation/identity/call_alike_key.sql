-- call_alike_key: numbers of model and token counts that two sources have at one time.
-- in:  call_number
-- out: one row per number; none is left out that two sources have within two seconds
-- The source with most calls is held against the others' numbers, not grouped by its own: nearly each of its calls has its own.
WITH candidate AS (
    SELECT c.number FROM call_number AS c WHERE NOT c.is_most GROUP BY c.number HAVING min(c.source_no) <> max(c.source_no)
    UNION
    SELECT c.number
    FROM call_number AS c
    WHERE c.is_most AND c.number IN (SELECT f.number FROM call_number AS f WHERE NOT f.is_most)
),
in_order AS (
    SELECT
        c.number,
        c.source_no,
        c.second,
        lag(c.source_no) OVER (PARTITION BY c.number ORDER BY c.second, c.source_no) AS source_before,
        lag(c.second) OVER (PARTITION BY c.number ORDER BY c.second, c.source_no)    AS second_before
    FROM candidate AS k
    JOIN call_number AS c ON c.number = k.number
)
-- Of two sources' calls within two seconds some follow each other.
SELECT DISTINCT o.number
FROM in_order AS o
WHERE o.source_before <> o.source_no AND o.second - o.second_before <= 3 -- whole seconds

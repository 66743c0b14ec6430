-- ledger_common: files of two sources that hold equal ledger lines, and whether what the days both span show is in both.
-- in:  charge_fields
-- out: one row per pair of files (one_source < other_source); a line is what its key hashes, without its number
-- note: `only_one` and `only_other` are lines of the common days that the other file's whole source has fewer of
WITH line AS (
    SELECT
        c.source_name, c.source_file, coalesce(c.books, '') AS books, regexp_replace(c.natural_key, '-[0-9]+$', '') AS same,
        coalesce(CAST(c.tags['posting_date'] AS DATE), CAST(c.charge_period_start AS DATE)) AS own_day, count(*) AS n
    FROM charge_fields AS c
    WHERE c.statement = 'payment' AND c.natural_key NOT LIKE 'ref:%'
    GROUP BY c.source_name, c.source_file, coalesce(c.books, ''), regexp_replace(c.natural_key, '-[0-9]+$', ''),
        coalesce(CAST(c.tags['posting_date'] AS DATE), CAST(c.charge_period_start AS DATE))
),
span AS (
    SELECT l.source_name, l.source_file, min(l.own_day) AS first, max(l.own_day) AS last
    FROM line AS l
    GROUP BY l.source_name, l.source_file
),
held AS (
    SELECT l.source_name, l.same, sum(l.n) AS n
    FROM line AS l
    GROUP BY l.source_name, l.same
),
pair AS (
    SELECT
        a.source_name AS one_source, a.source_file AS one_file, b.source_name AS other_source, b.source_file AS other_file,
        count(*) AS equal_lines, count(DISTINCT a.own_day) AS equal_days
    FROM line AS a
    JOIN line AS b ON b.same = a.same AND b.books = a.books AND a.source_name < b.source_name
    GROUP BY a.source_name, a.source_file, b.source_name, b.source_file
),
common AS (
    SELECT
        p.one_source, p.one_file, p.other_source, p.other_file, p.equal_lines, p.equal_days,
        greatest(a.first, b.first) AS first, least(a.last, b.last) AS last
    FROM pair AS p
    JOIN span AS a ON a.source_name = p.one_source AND a.source_file = p.one_file
    JOIN span AS b ON b.source_name = p.other_source AND b.source_file = p.other_file
),
lacking AS (
    SELECT c.one_source, c.one_file, c.other_source, c.other_file, 1 AS of_one, 0 AS of_other
    FROM common AS c
    JOIN line AS l ON l.source_name = c.one_source AND l.source_file = c.one_file AND l.own_day BETWEEN c.first AND c.last
    LEFT JOIN held AS h ON h.source_name = c.other_source AND h.same = l.same
    WHERE l.n > coalesce(h.n, 0)
    UNION ALL
    SELECT c.one_source, c.one_file, c.other_source, c.other_file, 0 AS of_one, 1 AS of_other
    FROM common AS c
    JOIN line AS l ON l.source_name = c.other_source AND l.source_file = c.other_file AND l.own_day BETWEEN c.first AND c.last
    LEFT JOIN held AS h ON h.source_name = c.one_source AND h.same = l.same
    WHERE l.n > coalesce(h.n, 0)
)
SELECT
    c.one_source, c.one_file, c.other_source, c.other_file, c.equal_lines, c.equal_days, c.first, c.last,
    coalesce(sum(l.of_one), 0) AS only_one, coalesce(sum(l.of_other), 0) AS only_other
FROM common AS c
LEFT JOIN lacking AS l
    ON l.one_source = c.one_source AND l.one_file = c.one_file AND l.other_source = c.other_source
    AND l.other_file = c.other_file
GROUP BY c.one_source, c.one_file, c.other_source, c.other_file, c.equal_lines, c.equal_days, c.first, c.last
ORDER BY c.one_source, c.one_file, c.other_source, c.other_file

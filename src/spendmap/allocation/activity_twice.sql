-- activity_twice: human work that the worklogs of two sources tell: one row per row that another source's row stands for.
-- in:  activity, apart_load (loads of which a person said that they are no copy)
-- out: by_source = the first source by name that has the row
-- note: a row's key hashes all it says. Of a known person one equal row is enough; without, three over two days of a month
WITH logged AS (
    SELECT
        a.source_name, a.natural_key, a.billing_month, CAST(a.charge_period_start AS DATE) AS own_day,
        a.principal_id IS NOT NULL AS is_known
    FROM activity AS a
    LEFT JOIN apart_load AS p ON p.load_id = a.load_id
    WHERE p.load_id IS NULL
),
equal AS (
    SELECT m.natural_key, m.source_name, m.billing_month, m.own_day, m.is_known, o.source_name AS by_source
    FROM logged AS m
    JOIN logged AS o ON o.natural_key = m.natural_key AND o.source_name < m.source_name
),
shared AS (
    SELECT e.source_name, e.by_source, e.billing_month
    FROM equal AS e
    GROUP BY e.source_name, e.by_source, e.billing_month
    HAVING count(*) >= 3 AND count(DISTINCT e.own_day) >= 2
)
SELECT e.source_name, e.natural_key, min(e.by_source) AS by_source
FROM equal AS e
LEFT JOIN shared AS s
    ON s.source_name = e.source_name AND s.by_source = e.by_source AND s.billing_month = e.billing_month
WHERE e.is_known OR s.source_name IS NOT NULL
GROUP BY e.source_name, e.natural_key

-- tool_users: people seen in the usage of each tool, and in two tools at once.
-- in:  allocation of the months, and who was seen in which group of usage (usage_person, or the same from the rows)
-- out: one row per pair of tools (a tool with itself: its people), for tools whose usage names people at all
WITH tied AS (
    SELECT DISTINCT a.source_name, a.origin_key, a.tool
    FROM allocation AS a
    WHERE a.origin = 'usage' AND a.tool IS NOT NULL AND a.scope = 'ai'
),
seen AS (
    SELECT DISTINCT t.tool, p.principal_id
    FROM tied AS t
    JOIN usage_person AS p ON p.source_name = t.source_name AND p.group_key = t.origin_key
    WHERE p.principal_id IS NOT NULL
)
SELECT one.tool AS one, other.tool AS other, count(*) AS users
FROM seen AS one
JOIN seen AS other ON other.principal_id = one.principal_id AND one.tool <= other.tool
GROUP BY one.tool, other.tool
ORDER BY one.tool, other.tool

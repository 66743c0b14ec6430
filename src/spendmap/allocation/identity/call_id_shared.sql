-- call_id_shared: ids of answers that more than one row states.
-- in:  usage_near
-- out: one row per id. What one source gives to more than 50 rows identifies nothing: a stand-in for a server, a constant.
SELECT s.response_id
FROM (
    SELECT u.response_id, u.source_name, count(*) AS stated
    FROM usage_near AS u
    WHERE u.response_id IS NOT NULL
    GROUP BY u.response_id, u.source_name
) AS s
GROUP BY s.response_id
HAVING sum(s.stated) > 1 AND max(s.stated) <= 50

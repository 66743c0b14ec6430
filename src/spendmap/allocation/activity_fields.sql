-- activity_fields: costed human work, as rules and register keys see it.
-- in:  activity_costed
SELECT a.*, CAST(NULL AS VARCHAR) AS vendor
FROM activity_costed AS a

SELECT
  a.*,
  CAST(NULL AS STRING) AS vendor
FROM activity_costed AS a

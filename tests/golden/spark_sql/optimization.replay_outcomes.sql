SELECT
  CAST(COALESCE(SUM(COALESCE(o.quantity, 1)), 0) AS DECIMAL(38, 12)) AS runs,
  CAST(COALESCE(SUM(CASE WHEN o.outcome_result = 'accepted' THEN COALESCE(o.quantity, 1) END), 0) AS DECIMAL(38, 12)) AS accepted
FROM outcome AS o
WHERE
  o.outcome_kind = 'workflow_run' AND NOT o.outcome_result IS NULL

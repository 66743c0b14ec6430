-- named_waiting: what the meter says of the period that no bill covers yet, and whether dark usage could be tested.
-- in:  month; conditions by parameter
-- out: one row; has_bill: a bill that telemetry carries, or one that none does
SELECT
    SUM(CASE WHEN standing = 'not_billed_yet' THEN effective_cost END) AS waiting,
    CAST(COALESCE(SUM(CASE WHEN standing = 'not_billed_yet' THEN rows END), 0) AS BIGINT) AS rows,
    COALESCE(BOOL_OR(
        (origin = 'usage' AND evidence = 'invoiced') OR method = 'dark' OR standing = 'dark'
    ), FALSE) AS has_bill,
    COALESCE(BOOL_OR(method = 'plan'), FALSE) AS has_plan
FROM month
WHERE scope = 'ai' AND currency = $currency AND month BETWEEN $first AND $last AND {where}

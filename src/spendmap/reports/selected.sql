-- selected: the roll-up rows one map reads, in one currency and under its conditions.
-- in:  month (grain: month x dimensions), basis and groups by name, windows and conditions by parameter
-- out: the same grain; cost and missing of the chosen basis; what the coverage figures ask of each row
CREATE OR REPLACE TEMP TABLE selected AS
SELECT
    {columns},
    owner IS NOT NULL AS is_owned,
    department IS NOT NULL OR cost_center IS NOT NULL AS is_allocated,
    COALESCE(use_case, agent, tool, department) IS NULL AS is_unallocated,
    method IS NOT DISTINCT FROM 'dark' AS is_dark,
    {cost} AS cost,
    {missing} AS missing,
    rows,
    usage_rows,
    unpriced_rows,
    input_tokens,
    output_tokens
FROM month
WHERE currency = $currency
    AND (
        month BETWEEN $first AND $last
        OR (scope = 'ai' AND month BETWEEN $strip_first AND $last)
        OR (scope = 'ai' AND month BETWEEN $previous_first AND $previous_last)
    )
    AND {where}

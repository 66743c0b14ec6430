-- selected: the roll-up rows of the period and of the one it is compared with, in one currency, under the conditions.
-- in:  month (grain: month x dimensions); basis and groups by name, windows and conditions by parameter
-- out: the same grain; cost and missing of the chosen basis
CREATE OR REPLACE TEMP TABLE selected AS
SELECT
    {columns},
    {cost} AS cost,
    {missing} AS missing,
    rows,
    usage_rows,
    unpriced_rows,
    input_tokens,
    output_tokens,
    minutes
FROM month
WHERE currency = $currency AND month >= $low_selected AND month <= $high
    AND (month BETWEEN $first AND $last OR (scope = 'ai' AND month BETWEEN $previous_first AND $previous_last))
    AND {where}

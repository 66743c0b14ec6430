-- play_repriced: the same calls priced another way, by the same keys as play_calls.
-- in:  play_carried (stored prices), repriced (the same rows, priced again)
-- out: one row per workflow, model and currency; other_cost over the rows that have a price on both sides,
--      lost = rows that have one today and none, or one in another currency, the other way
-- note: rows join by natural key, so each row of the period meets itself
WITH compared AS (
    SELECT
        u.*,
        CASE WHEN coalesce(p.contracted_currency, p.price_currency) = u.currency THEN p.contracted_cost END AS other
    FROM play_carried AS u
    JOIN repriced AS p
        ON p.source_name = u.source_name AND p.natural_key = u.natural_key AND p.billing_month = u.billing_month
)
SELECT
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline,
    CAST(sum(CASE WHEN u.contracted_cost IS NOT NULL THEN u.other END) AS DECIMAL(38,12)) AS other_cost,
    CAST(coalesce(sum(CASE WHEN u.contracted_cost IS NOT NULL AND u.other IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS lost
FROM compared AS u
GROUP BY
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline

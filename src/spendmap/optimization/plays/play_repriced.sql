-- play_repriced: the same calls priced another way, by the same keys as play_calls.
-- in:  play_carried (stored prices), repriced (the same shapes, priced again)
-- out: one row per workflow, model and currency; other_cost over the shapes that have a price on both sides,
--      lost = shapes that have one today and none, or one in another currency, the other way
-- note: shapes join by their number, so each shape of the period meets itself
WITH compared AS (
    SELECT
        u.*,
        CASE WHEN coalesce(p.contracted_currency, p.price_currency) = u.currency
            THEN CAST(p.contracted_cost * CAST(u.copies AS DECIMAL(9,0)) AS DECIMAL(38,12)) END AS other
    FROM play_carried AS u
    JOIN repriced AS p ON p.billing_month = u.billing_month AND p.natural_key = CAST(u.shape AS VARCHAR)
)
SELECT
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline,
    CAST(sum(CASE WHEN u.contracted_cost IS NOT NULL THEN u.other END) AS DECIMAL(38,12)) AS other_cost,
    CAST(coalesce(sum(CASE WHEN u.contracted_cost IS NOT NULL AND u.other IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS lost
FROM compared AS u
GROUP BY
    u.category, u.use_case, u.agent, u.tool, u.owner, u.department, u.provider, u.model, u.currency, u.offline

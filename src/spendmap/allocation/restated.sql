-- restated: rows of usage that were published before and are priced otherwise now, and by how much.
-- in:  priced_before, priced_now (`restated_row` of these months, by the book of then and by today's)
-- out: one row per month, name, currency then and now, and price row; costs in their currency, NULL = was or is unpriced
SELECT
    a.billing_month AS month,
    a.provider_name,
    a.model,
    a.price_provider,
    a.price_model,
    b.currency AS currency_before,
    a.currency,
    count(*) AS usage_rows,
    count(b.contracted_cost) AS priced_before,
    count(a.contracted_cost) AS priced_now,
    sum(b.contracted_cost) AS before,
    sum(a.contracted_cost) AS after
FROM priced_before AS b
JOIN priced_now AS a
    ON a.source_name = b.source_name
    AND a.billing_month = b.billing_month
    AND a.natural_key = b.natural_key
WHERE a.contracted_cost IS DISTINCT FROM b.contracted_cost
    OR a.currency IS DISTINCT FROM b.currency
GROUP BY a.billing_month, a.provider_name, a.model, a.price_provider, a.price_model, b.currency, a.currency
ORDER BY a.billing_month, a.provider_name, a.model, a.price_provider, a.price_model, b.currency, a.currency

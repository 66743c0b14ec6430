-- priced_names: the names that the usage of a month bears, as they are priced by.
-- in:  lot_priced
-- out: one row per month and distinct provider, model, tier, region and account; NULL = not stated
SELECT DISTINCT
    u.billing_month,
    u.provider_name      AS provider_ref,
    u.model              AS model_ref,
    u.service_tier       AS tier_ref,
    u.region_id          AS region_ref,
    u.billing_account_id AS account_ref
FROM lot_priced AS u

-- usage_fields: grouped usage with the vendor of its provider, as rules and register keys see it.
-- in:  usage_grouped, provider_vendor (provider_name -> vendor)
SELECT
    g.*,
    v.vendor,
    CASE WHEN g.has_customer THEN 'some customer' END AS customer_id -- groups hold many; rules ask whether there is one
FROM usage_grouped AS g
LEFT JOIN provider_vendor AS v ON v.supplier_name = g.provider_name

-- economics_accounts: account-months by plan or segment: customers with cost or an outcome in the month.
-- in:  cost, outcome; {key} plan or segment
SELECT a.key, a.month, count(DISTINCT a.customer_id) AS accounts
FROM (
    SELECT c.{key} AS key, c.month, c.customer_id FROM cost AS c
    WHERE c.customer_id IS NOT NULL AND c.month BETWEEN $first AND $last
    UNION ALL
    SELECT o.{key} AS key, o.month, o.customer_id FROM outcome AS o
    WHERE o.customer_id IS NOT NULL AND o.month BETWEEN $first AND $last
) AS a
GROUP BY a.key, a.month
ORDER BY a.key, a.month

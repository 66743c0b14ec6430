-- economics_customers: the plan and segment of each customer in its newest month of the period.
-- in:  cost
SELECT c.customer_id AS key, max_by(c.plan, c.month) AS plan, max_by(c.segment, c.month) AS segment
FROM cost AS c
WHERE c.customer_id IS NOT NULL AND c.month BETWEEN $first AND $last
GROUP BY c.customer_id

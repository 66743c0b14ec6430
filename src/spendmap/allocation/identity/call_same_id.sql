-- call_same_id: rows of usage that tell of a call which a better witness told of, by the provider's id.
-- in:  call_seen
-- out: one row per such row, with what counts in its place. The same id is the same call when the models agree and the
--      tokens agree or one of the two states none, within 48 hours: servers of one's own give ids again.
SELECT
    p.source_name, p.natural_key, p.billing_month, p.by_source, p.by_key, 'id' AS known_by
FROM (
    SELECT
        l.source_name, l.natural_key, l.billing_month,
        w.source_name AS by_source,
        w.natural_key AS by_key,
        row_number() OVER (PARTITION BY l.source_name, l.natural_key ORDER BY w.place) AS choice
    FROM call_seen AS l
    JOIN call_seen AS w ON w.response_id = l.response_id AND w.family = l.family
    WHERE w.place < l.place
        AND l.is_unbought = 0
        AND w.charge_period_start <= l.charge_period_start + INTERVAL '48' HOUR
        AND l.charge_period_start <= w.charge_period_start + INTERVAL '48' HOUR
        AND (
            (l.tokens_in = w.tokens_in AND l.tokens_out = w.tokens_out)
            OR l.tokens_in + l.tokens_out = 0
            OR w.tokens_in + w.tokens_out = 0
        )
        AND (
            coalesce(l.answered, l.asked) IS NULL
            OR coalesce(w.answered, w.asked) IS NULL
            OR l.answered = w.answered
            OR l.answered = w.asked
            OR l.asked = w.answered
            OR l.asked = w.asked
        )
) AS p
WHERE p.choice = 1

-- price_usage: every usage row with the price in force at its start. Every token is priced once.
-- grain: one row per row of `usage`; its columns as they are, then the price columns
-- in:  usage (ledger; meters are disjoint, NULL = not stated)
--      model_alias (one row per distinct provider, model, tier, region and account as usage writes them)
--      price_wide (one row per priced form, time, window and input length; boxes never overlap, checked when built;
--                  its meter columns are unit prices in DECIMAL(18,12), NULL = not priced)
-- out: list_cost, contracted_cost     DECIMAL(28,12), in price_currency and contracted_currency
--      price_key, contract_price_key  rows of price_wide that priced it
--      price_provider, price_model    what the usage is priced as
--      is_tier_estimated              the row holds several calls, so its context tier rests on their mean length
--      is_price_estimated             contracted_cost rests on a price that was not known to hold then, that is an upper
--                                     bound, or that is the maker's and not the seller's
--      unpriced_reason                why list_cost is NULL
-- 0 where the row says that it bought nothing (a refused call, a stored answer, the gateway's own cache).
-- NULL cost, never 0, where no price is in force or a used meter has none. A NULL price of `requests` is no
-- reason: most vendors charge none. contracted_cost is list_cost where no contract price is in force.
-- Output whose kind the row does not say (text, audio, image, video) has the price output_unsaid: that of text where a
-- model makes text alone, that of images where it makes images alone, none where it makes both.
-- Count (scale 0) x price (scale 12) is exact. The product of two 18-digit decimals stays in 18 digits on DuckDB:
-- fast, and refused from a cost of a million on. Plain rows (the usual five meters, tokens below plain_tokens_max,
-- so that their cost is below 100,000) take that way, all others 19 digits. Seconds are taken to the microsecond.
-- Context tiers look at the whole request: a row of n calls is in the tier from x tokens when it holds n * x or
-- more. Time of day and weekday are those of the row's start, UTC; 1970-01-05 was a Monday.
-- This is the definition. `specialised` makes the same of it for one slice of usage, several times faster.
-- check: rows = rows of usage
WITH located AS (
    SELECT
        u.*,
        a.price_form,
        a.contract_form,
        a.unpriced_reason AS alias_reason,
        a.is_resold,
        a.ending,
        a.provider AS price_provider,
        a.model AS price_model,
        CASE WHEN a.is_windowed THEN DATE_DIFF('day', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 7 ELSE 0 END AS weekday,
        CASE WHEN a.is_windowed THEN DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 86400 ELSE 0 END AS second_of_day,
        u.cache_write_other IS NULL
            AND u.input_audio IS NULL
            AND u.output_audio IS NULL
            AND u.input_image IS NULL
            AND u.output_image IS NULL
            AND u.input_video IS NULL
            AND u.output_video IS NULL
            AND u.characters IS NULL
            AND u.pages IS NULL
            AND u.images IS NULL
            AND u.seconds IS NULL
            AND u.gpu_seconds IS NULL
            AND (u.web_searches IS NULL OR u.web_searches = 0) AS is_plain,
        COALESCE(u.input_uncached, 0) + COALESCE(u.cache_read, 0) + COALESCE(u.cache_write_5m, 0) + COALESCE(u.cache_write_1h, 0) + COALESCE(u.cache_write_other, 0) + COALESCE(u.input_audio, 0) + COALESCE(u.input_image, 0) + COALESCE(u.input_video, 0) AS input_tokens,
        u.output_audio IS NOT NULL OR u.output_image IS NOT NULL OR u.output_video IS NOT NULL AS is_output_said,
        CASE WHEN u.requests > 1 THEN LEAST(u.requests, 1000000000) ELSE 1 END AS calls
    FROM usage AS u
    LEFT JOIN model_alias AS a
        ON  a.provider_ref = COALESCE(u.provider_name, '')
        AND a.model_ref = COALESCE(u.response_model, u.request_model, '')
        AND a.tier_ref = COALESCE(u.service_tier, '')
        AND a.region_ref = COALESCE(u.region_id, '')
        AND a.account_ref = COALESCE(u.billing_account_id, '')
),
measured AS (
    SELECT
        u.*,
        u.input_tokens + COALESCE(u.output, 0) AS plain_tokens,
        LEAST(u.input_tokens, 3999999999 * u.calls) AS tier_tokens -- price_wide's open end is 4,000,000,000 tokens a call
    FROM located AS u
),
priced AS (
    SELECT
        u.*,
        p.price_key,
        p.currency AS price_currency,
        c.price_key AS contract_price_key,
        COALESCE(c.currency, p.currency) AS contracted_currency,
        COALESCE(p.has_tiers AND u.calls > 1, FALSE) AS is_tier_estimated,
        CASE WHEN c.price_key IS NULL THEN p.estimated ELSE c.estimated END AS estimated,
        COALESCE(u.input_uncached, u.cache_read, u.cache_write_5m, u.cache_write_1h, u.output, u.cache_write_other, u.input_audio, u.output_audio, u.input_image, u.output_image, u.input_video, u.output_video, u.web_searches, u.characters, u.pages, u.images) IS NOT NULL
            OR u.seconds IS NOT NULL OR u.gpu_seconds IS NOT NULL AS is_measured,
        CASE
            WHEN p.price_key IS NULL THEN NULL
            WHEN u.is_plain AND p.requests IS NULL AND u.plain_tokens <= p.plain_tokens_max THEN CAST(
                CASE WHEN u.input_uncached <> 0 THEN CAST(u.input_uncached AS DECIMAL(18, 0)) * p.input_uncached ELSE 0 END
                + CASE WHEN u.cache_read <> 0 THEN CAST(u.cache_read AS DECIMAL(18, 0)) * p.cache_read ELSE 0 END
                + CASE WHEN u.cache_write_5m <> 0 THEN CAST(u.cache_write_5m AS DECIMAL(18, 0)) * p.cache_write_5m ELSE 0 END
                + CASE WHEN u.cache_write_1h <> 0 THEN CAST(u.cache_write_1h AS DECIMAL(18, 0)) * p.cache_write_1h ELSE 0 END
                + CASE WHEN u.output <> 0 THEN CAST(u.output AS DECIMAL(18, 0)) * p.output_unsaid ELSE 0 END
                AS DECIMAL(28, 12))
            ELSE CAST(
                CASE WHEN u.input_uncached <> 0 THEN CAST(u.input_uncached AS DECIMAL(19, 0)) * p.input_uncached ELSE 0 END
                + CASE WHEN u.cache_read <> 0 THEN CAST(u.cache_read AS DECIMAL(19, 0)) * p.cache_read ELSE 0 END
                + CASE WHEN u.cache_write_5m <> 0 THEN CAST(u.cache_write_5m AS DECIMAL(19, 0)) * p.cache_write_5m ELSE 0 END
                + CASE WHEN u.cache_write_1h <> 0 THEN CAST(u.cache_write_1h AS DECIMAL(19, 0)) * p.cache_write_1h ELSE 0 END
                + CASE WHEN u.cache_write_other <> 0 THEN CAST(u.cache_write_other AS DECIMAL(19, 0)) * p.cache_write_other ELSE 0 END
                + CASE WHEN u.output <> 0 THEN CAST(u.output AS DECIMAL(19, 0)) * CASE WHEN u.is_output_said THEN p.output ELSE p.output_unsaid END ELSE 0 END
                + CASE WHEN u.input_audio <> 0 THEN CAST(u.input_audio AS DECIMAL(19, 0)) * p.input_audio ELSE 0 END
                + CASE WHEN u.output_audio <> 0 THEN CAST(u.output_audio AS DECIMAL(19, 0)) * p.output_audio ELSE 0 END
                + CASE WHEN u.input_image <> 0 THEN CAST(u.input_image AS DECIMAL(19, 0)) * p.input_image ELSE 0 END
                + CASE WHEN u.output_image <> 0 THEN CAST(u.output_image AS DECIMAL(19, 0)) * p.output_image ELSE 0 END
                + CASE WHEN u.input_video <> 0 THEN CAST(u.input_video AS DECIMAL(19, 0)) * p.input_video ELSE 0 END
                + CASE WHEN u.output_video <> 0 THEN CAST(u.output_video AS DECIMAL(19, 0)) * p.output_video ELSE 0 END
                + CASE WHEN u.web_searches <> 0 THEN CAST(u.web_searches AS DECIMAL(19, 0)) * p.web_searches ELSE 0 END
                + CASE WHEN u.characters <> 0 THEN CAST(u.characters AS DECIMAL(19, 0)) * p.characters ELSE 0 END
                + CASE WHEN u.pages <> 0 THEN CAST(u.pages AS DECIMAL(19, 0)) * p.pages ELSE 0 END
                + CASE WHEN u.images <> 0 THEN CAST(u.images AS DECIMAL(19, 0)) * p.images ELSE 0 END
                + CASE WHEN p.requests IS NOT NULL THEN CAST(u.requests AS DECIMAL(19, 0)) * p.requests ELSE 0 END
                + CASE WHEN u.seconds <> 0 THEN CAST(CAST(CASE WHEN p.seconds_min IS NULL OR p.seconds_min <= u.seconds THEN u.seconds WHEN u.calls = 1 THEN p.seconds_min END AS DECIMAL(19, 6)) * p.seconds AS DECIMAL(28, 12)) ELSE 0 END
                + CASE WHEN u.gpu_seconds <> 0 THEN CAST(CAST(u.gpu_seconds AS DECIMAL(19, 6)) * p.gpu_seconds AS DECIMAL(28, 12)) ELSE 0 END
                AS DECIMAL(28, 12))
        END AS metered_at_list,
        CASE
            WHEN c.price_key IS NULL THEN NULL
            WHEN u.is_plain AND c.requests IS NULL AND u.plain_tokens <= c.plain_tokens_max THEN CAST(
                CASE WHEN u.input_uncached <> 0 THEN CAST(u.input_uncached AS DECIMAL(18, 0)) * c.input_uncached ELSE 0 END
                + CASE WHEN u.cache_read <> 0 THEN CAST(u.cache_read AS DECIMAL(18, 0)) * c.cache_read ELSE 0 END
                + CASE WHEN u.cache_write_5m <> 0 THEN CAST(u.cache_write_5m AS DECIMAL(18, 0)) * c.cache_write_5m ELSE 0 END
                + CASE WHEN u.cache_write_1h <> 0 THEN CAST(u.cache_write_1h AS DECIMAL(18, 0)) * c.cache_write_1h ELSE 0 END
                + CASE WHEN u.output <> 0 THEN CAST(u.output AS DECIMAL(18, 0)) * c.output_unsaid ELSE 0 END
                AS DECIMAL(28, 12))
            ELSE CAST(
                CASE WHEN u.input_uncached <> 0 THEN CAST(u.input_uncached AS DECIMAL(19, 0)) * c.input_uncached ELSE 0 END
                + CASE WHEN u.cache_read <> 0 THEN CAST(u.cache_read AS DECIMAL(19, 0)) * c.cache_read ELSE 0 END
                + CASE WHEN u.cache_write_5m <> 0 THEN CAST(u.cache_write_5m AS DECIMAL(19, 0)) * c.cache_write_5m ELSE 0 END
                + CASE WHEN u.cache_write_1h <> 0 THEN CAST(u.cache_write_1h AS DECIMAL(19, 0)) * c.cache_write_1h ELSE 0 END
                + CASE WHEN u.cache_write_other <> 0 THEN CAST(u.cache_write_other AS DECIMAL(19, 0)) * c.cache_write_other ELSE 0 END
                + CASE WHEN u.output <> 0 THEN CAST(u.output AS DECIMAL(19, 0)) * CASE WHEN u.is_output_said THEN c.output ELSE c.output_unsaid END ELSE 0 END
                + CASE WHEN u.input_audio <> 0 THEN CAST(u.input_audio AS DECIMAL(19, 0)) * c.input_audio ELSE 0 END
                + CASE WHEN u.output_audio <> 0 THEN CAST(u.output_audio AS DECIMAL(19, 0)) * c.output_audio ELSE 0 END
                + CASE WHEN u.input_image <> 0 THEN CAST(u.input_image AS DECIMAL(19, 0)) * c.input_image ELSE 0 END
                + CASE WHEN u.output_image <> 0 THEN CAST(u.output_image AS DECIMAL(19, 0)) * c.output_image ELSE 0 END
                + CASE WHEN u.input_video <> 0 THEN CAST(u.input_video AS DECIMAL(19, 0)) * c.input_video ELSE 0 END
                + CASE WHEN u.output_video <> 0 THEN CAST(u.output_video AS DECIMAL(19, 0)) * c.output_video ELSE 0 END
                + CASE WHEN u.web_searches <> 0 THEN CAST(u.web_searches AS DECIMAL(19, 0)) * c.web_searches ELSE 0 END
                + CASE WHEN u.characters <> 0 THEN CAST(u.characters AS DECIMAL(19, 0)) * c.characters ELSE 0 END
                + CASE WHEN u.pages <> 0 THEN CAST(u.pages AS DECIMAL(19, 0)) * c.pages ELSE 0 END
                + CASE WHEN u.images <> 0 THEN CAST(u.images AS DECIMAL(19, 0)) * c.images ELSE 0 END
                + CASE WHEN c.requests IS NOT NULL THEN CAST(u.requests AS DECIMAL(19, 0)) * c.requests ELSE 0 END
                + CASE WHEN u.seconds <> 0 THEN CAST(CAST(CASE WHEN c.seconds_min IS NULL OR c.seconds_min <= u.seconds THEN u.seconds WHEN u.calls = 1 THEN c.seconds_min END AS DECIMAL(19, 6)) * c.seconds AS DECIMAL(28, 12)) ELSE 0 END
                + CASE WHEN u.gpu_seconds <> 0 THEN CAST(CAST(u.gpu_seconds AS DECIMAL(19, 6)) * c.gpu_seconds AS DECIMAL(28, 12)) ELSE 0 END
                AS DECIMAL(28, 12))
        END AS metered_at_contract,
        CASE WHEN p.has_all_usual AND u.is_plain AND p.requests IS NULL THEN NULL WHEN p.price_key IS NOT NULL THEN CASE
                WHEN u.input_uncached <> 0 AND p.input_uncached IS NULL THEN 'input_uncached'
                WHEN u.cache_read <> 0 AND p.cache_read IS NULL THEN 'cache_read'
                WHEN u.cache_write_5m <> 0 AND p.cache_write_5m IS NULL THEN 'cache_write_5m'
                WHEN u.cache_write_1h <> 0 AND p.cache_write_1h IS NULL THEN 'cache_write_1h'
                WHEN u.cache_write_other <> 0 AND p.cache_write_other IS NULL THEN 'cache_write_other'
                WHEN u.output <> 0 AND u.is_output_said AND p.output IS NULL THEN 'output'
                WHEN u.output <> 0 AND NOT u.is_output_said AND p.output_unsaid IS NULL THEN COALESCE(p.output_kinds, 'output')
                WHEN u.input_audio <> 0 AND p.input_audio IS NULL THEN 'input_audio'
                WHEN u.output_audio <> 0 AND p.output_audio IS NULL THEN 'output_audio'
                WHEN u.input_image <> 0 AND p.input_image IS NULL THEN 'input_image'
                WHEN u.output_image <> 0 AND p.output_image IS NULL THEN 'output_image'
                WHEN u.input_video <> 0 AND p.input_video IS NULL THEN 'input_video'
                WHEN u.output_video <> 0 AND p.output_video IS NULL THEN 'output_video'
                WHEN u.web_searches <> 0 AND p.web_searches IS NULL THEN 'web_searches'
                WHEN u.characters <> 0 AND p.characters IS NULL THEN 'characters'
                WHEN u.pages <> 0 AND p.pages IS NULL THEN 'pages'
                WHEN u.images <> 0 AND p.images IS NULL THEN 'images'
                WHEN u.seconds <> 0 AND p.seconds IS NULL THEN 'seconds'
                WHEN u.gpu_seconds <> 0 AND p.gpu_seconds IS NULL THEN 'gpu_seconds'
                WHEN u.requests IS NULL AND p.requests IS NOT NULL THEN 'requests'
            END
        END AS unpriced_meter
    FROM measured AS u
    LEFT JOIN price_wide AS p
        ON  p.price_form = u.price_form
        AND p.valid_from <= u.charge_period_start
        AND u.charge_period_start < p.valid_to
        AND p.weekday_from <= u.weekday
        AND u.weekday < p.weekday_to
        AND p.window_start_s <= u.second_of_day
        AND u.second_of_day < p.window_end_s
        AND p.input_from * u.calls <= u.tier_tokens
        AND u.tier_tokens < p.input_to * u.calls
    LEFT JOIN (SELECT * FROM price_wide WHERE account <> '') AS c -- mostly empty, and then free
        ON  c.price_form = u.contract_form
        AND c.valid_from <= u.charge_period_start
        AND u.charge_period_start < c.valid_to
        AND c.weekday_from <= u.weekday
        AND u.weekday < c.weekday_to
        AND c.window_start_s <= u.second_of_day
        AND u.second_of_day < c.window_end_s
        AND c.input_from * u.calls <= u.tier_tokens
        AND u.tier_tokens < c.input_to * u.calls
),
costed AS (
    SELECT
        u.*,
        CASE
            WHEN u.is_cache_hit OR u.not_bought IS NOT NULL THEN CAST(0 AS DECIMAL(28, 12))
            WHEN u.is_measured THEN u.metered_at_list
        END AS list_cost,
        CASE
            WHEN u.is_cache_hit OR u.not_bought IS NOT NULL THEN CAST(0 AS DECIMAL(28, 12))
            WHEN NOT u.is_measured THEN NULL
            WHEN u.contract_price_key IS NULL THEN u.metered_at_list
            ELSE u.metered_at_contract
        END AS contracted_cost,
        CASE
            WHEN u.is_cache_hit OR u.not_bought IS NOT NULL THEN FALSE
            WHEN u.is_resold AND u.contract_price_key IS NULL THEN TRUE
            WHEN u.estimated IS NULL THEN FALSE
            ELSE COALESCE(
                u.input_uncached <> 0 AND u.estimated LIKE '% input_uncached %'
                OR u.cache_read <> 0 AND u.estimated LIKE '% cache_read %'
                OR u.cache_write_5m <> 0 AND u.estimated LIKE '% cache_write_5m %'
                OR u.cache_write_1h <> 0 AND u.estimated LIKE '% cache_write_1h %'
                OR u.cache_write_other <> 0 AND u.estimated LIKE '% cache_write_other %'
                OR u.output <> 0 AND u.estimated LIKE '% output %'
                OR u.input_audio <> 0 AND u.estimated LIKE '% input_audio %'
                OR u.output_audio <> 0 AND u.estimated LIKE '% output_audio %'
                OR u.input_image <> 0 AND u.estimated LIKE '% input_image %'
                OR u.output_image <> 0 AND u.estimated LIKE '% output_image %'
                OR u.input_video <> 0 AND u.estimated LIKE '% input_video %'
                OR u.output_video <> 0 AND u.estimated LIKE '% output_video %'
                OR u.requests <> 0 AND u.estimated LIKE '% requests %'
                OR u.web_searches <> 0 AND u.estimated LIKE '% web_searches %'
                OR u.characters <> 0 AND u.estimated LIKE '% characters %'
                OR u.pages <> 0 AND u.estimated LIKE '% pages %'
                OR u.images <> 0 AND u.estimated LIKE '% images %'
                OR u.seconds <> 0 AND u.estimated LIKE '% seconds %'
                OR u.gpu_seconds <> 0 AND u.estimated LIKE '% gpu_seconds %',
                FALSE)
        END AS is_at_estimate
    FROM priced AS u
)
SELECT
    u.source_name,
    u.billing_month,
    u.load_id,
    u.source_file,
    u.source_line,
    u.natural_key,
    u.completeness,
    u.charge_period_start,
    u.charge_period_end,
    u.provider_name,
    u.billing_account_id,
    u.sub_account_id,
    u.api_key_id,
    u.principal_id,
    u.project,
    u.team,
    u.environment,
    u.feature,
    u.workflow,
    u.workflow_run_id,
    u.use_case,
    u.cost_center,
    u.customer_id,
    u.agent_id,
    u.tool,
    u.eval_suite,
    u.operation,
    u.request_model,
    u.response_model,
    u.service_tier,
    u.region_id,
    u.status,
    u.response_id,
    u.witness,
    u.not_bought,
    u.billing_mode,
    u.is_retry,
    u.is_fallback,
    u.is_streamed,
    u.is_cache_hit,
    u.latency_ms,
    u.input_uncached,
    u.cache_read,
    u.cache_write_5m,
    u.cache_write_1h,
    u.cache_write_other,
    u.output,
    u.input_audio,
    u.output_audio,
    u.input_image,
    u.output_image,
    u.input_video,
    u.output_video,
    u.requests,
    u.web_searches,
    u.characters,
    u.pages,
    u.images,
    u.seconds,
    u.gpu_seconds,
    u.output_reasoning,
    u.source_total_tokens,
    u.provider_reported_cost,
    u.provider_reported_currency,
    u.tags,
    u.list_cost,
    u.contracted_cost,
    u.price_currency,
    u.contracted_currency,
    u.price_key,
    u.contract_price_key,
    u.price_provider,
    u.price_model,
    u.is_tier_estimated,
    u.contracted_cost IS NOT NULL AND u.is_at_estimate AS is_price_estimated,
    CASE
        WHEN u.list_cost IS NOT NULL THEN NULL
        WHEN NOT u.is_measured THEN 'the row states no quantity'
        WHEN u.alias_reason IS NOT NULL THEN u.alias_reason
        WHEN u.price_model IS NULL THEN 'the row''s model was not looked up in the price book'
        WHEN u.price_key IS NULL
            THEN u.price_provider || '/' || u.price_model || ' has no price in force at the row''s time and input length' || COALESCE(u.ending, '')
        WHEN u.unpriced_meter LIKE '% and %'
            THEN u.price_provider || '/' || u.price_model || ' has a price of its own for ' || u.unpriced_meter || ', and the row does not say which its output is'
        WHEN u.unpriced_meter IS NOT NULL
            THEN u.price_provider || '/' || u.price_model || ' has no price for ' || u.unpriced_meter
        ELSE u.price_provider || '/' || u.price_model || ' is billed by a minimum per call, and the row holds several calls'
    END AS unpriced_reason
FROM costed AS u

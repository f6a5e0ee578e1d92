-- What the figures are made of: sums over a period with what they count as, of one campaign or of several.

CREATE OR REPLACE MACRO counted(since, until, of_campaign, of_list, of_trunk, together) AS TABLE
SELECT
    c.* REPLACE (called(c.campaign, together) AS campaign),
    o.answered, o.person, o.person AND (o.abandoned OR NOT c.by_hand) AS accounted, o.connected, o.abandoned, o.effective, o.carrier AS carrier_failed,
    coalesce(v.zone, 'UTC') AS zone, v.abandon_cap
FROM rolled_calls(since, until) c
LEFT JOIN outcomes o ON o.outcome = c.outcome
LEFT JOIN v_campaign_versions v ON v.campaign = c.campaign AND v.version = c.version
WHERE c.direction = 'out' AND asked(c.campaign, of_campaign, together)
  AND (of_list IS NULL OR c.list = of_list) AND (of_trunk IS NULL OR c.trunk = of_trunk);
COMMENT ON MACRO TABLE counted IS 'Calls to people over a period, summed, with the flags of their outcome.';

CREATE OR REPLACE MACRO in_sum(amount) AS CAST(sum(amount) AS DECIMAL(38, 6));
COMMENT ON MACRO in_sum IS 'A sum of money: what was turned into another currency is rounded once, when it is summed.';

CREATE OR REPLACE MACRO exchanged(in_currency) AS TABLE
SELECT
    z.zone, e.base, e.rate, e.since_day, e.origin, e.turned,
    to_slot(CAST(e.since_day AS TIMESTAMP) AT TIME ZONE z.zone) AS first,
    to_slot(CAST(e.until_day AS TIMESTAMP) AT TIME ZONE z.zone) AS last
FROM v_exchange e, (SELECT coalesce(v.zone, 'UTC') AS zone FROM v_campaigns v UNION SELECT 'UTC') z
WHERE e.quote = in_currency;
COMMENT ON MACRO TABLE exchanged IS 'Rates of exchange into a currency, and from which quarter of an hour to which, by each campaign''s clock.';

CREATE OR REPLACE MACRO lasting(since, until, of_campaign, of_list, of_trunk, together) AS TABLE
SELECT
    d.source, called(d.campaign, together) AS campaign, d.trunk, d.measure, d.verdict, d.step,
    sum(d.calls)::BIGINT AS calls
FROM rolled_durations(since, until) d
WHERE asked(d.campaign, of_campaign, together)
  AND (of_list IS NULL OR d.list = of_list) AND (of_trunk IS NULL OR d.trunk = of_trunk)
GROUP BY ALL;
COMMENT ON MACRO TABLE lasting IS 'Delays over a period: how many calls fall at each step of 1 %.';

CREATE OR REPLACE MACRO worded(since, until, of_campaign, of_list, of_trunk, together) AS TABLE
SELECT w.* REPLACE (called(w.campaign, together) AS campaign), o.answered, o.connected
FROM rolled_words(since, until) w
LEFT JOIN outcomes o ON o.outcome = w.outcome
WHERE asked(w.campaign, of_campaign, together)
  AND (of_list IS NULL OR w.list = of_list) AND (of_trunk IS NULL OR w.trunk = of_trunk);
COMMENT ON MACRO TABLE worded IS 'Calls that were answered in a period: what was heard, and what the first agent recorded last.';

CREATE OR REPLACE MACRO timed(since, until, of_pool) AS TABLE
SELECT
    t.source, t.pool, t.agent, t.state, t.campaign, t.reason, t.slot, t.in_state_us, t.begun,
    k.handling, k.free, k.present
FROM rolled_times(since, until) t
LEFT JOIN agent_state_kinds k ON k.state = t.state
WHERE of_pool IS NULL OR t.pool = of_pool;
COMMENT ON MACRO TABLE timed IS 'Agents'' time over a period, summed, with what each state counts as.';

CREATE OR REPLACE MACRO v_used(since, until, of_campaign, together) AS TABLE
SELECT DISTINCT c.source, c.list, c.trunk, NULL AS agent
FROM rolled_calls(since, until) c
WHERE c.direction = 'out' AND c.placed AND asked(c.campaign, of_campaign, together)
UNION
SELECT DISTINCT w.source, NULL, NULL, w.agent
FROM rolled_words(since, until) w
WHERE w.direction = 'out' AND w.agent <> '' AND asked(w.campaign, of_campaign, together);
COMMENT ON MACRO TABLE v_used IS 'Lists, trunks and agents of the calls of a period.';

CREATE OR REPLACE MACRO concerns(of_campaign, together, a_list) AS
    a_list IN (
        SELECT c.list FROM rolled_calls(TIMESTAMPTZ '-infinity', TIMESTAMPTZ 'infinity') c
        WHERE c.direction = 'out' AND c.placed AND asked(c.campaign, of_campaign, together)
    ) OR a_list NOT IN (
        SELECT c.list FROM rolled_calls(TIMESTAMPTZ '-infinity', TIMESTAMPTZ 'infinity') c
        WHERE c.direction = 'out' AND c.placed
    );
COMMENT ON MACRO concerns IS 'Whether a campaign has ever dialled a list, or nobody has.';

CREATE OR REPLACE MACRO v_calls_newest(since, until, of_campaign, most) AS TABLE
WITH chosen AS (
    SELECT a.seq
    FROM attempts a
    WHERE a.placed_at >= since AND a.placed_at < until AND a.campaign = of_campaign
    ORDER BY a.ended_at DESC
    LIMIT most
)
SELECT * FROM calls_told((SELECT list(c.seq) FROM chosen c));
COMMENT ON MACRO TABLE v_calls_newest IS 'The calls of a campaign that ended last, as v_calls tells them.';

CREATE OR REPLACE MACRO v_calls_of(
    since, until, of_campaign, of_list, of_trunk, of_agent, of_outcome, of_disposition, of_region,
    of_cause, given_up_for, on_weekday, in_hour, together, most
) AS TABLE
WITH last_word AS (
    SELECT d.call, split_part(arg_max(d.disposition, d.seq), '@', 1) AS disposition
    FROM dispositions d
    WHERE of_disposition::VARCHAR IS NOT NULL AND d.set_at >= since
    GROUP BY d.call
),
chosen AS (
    SELECT a.seq
    FROM v_attempts a
    WHERE a.placed_at >= since AND a.placed_at < until AND asked(a.campaign, of_campaign, together)
        AND (of_list::VARCHAR IS NULL OR a.list = of_list) AND (of_trunk::VARCHAR IS NULL OR a.trunk = of_trunk)
        AND (of_outcome::VARCHAR IS NULL OR a.outcome = of_outcome)
        AND (of_region::VARCHAR IS NULL OR a.region = of_region)
        AND (of_cause::INTEGER IS NULL OR a.cause = of_cause)
        AND (given_up_for::VARCHAR IS NULL OR (a.why = given_up_for AND NOT a.answered))
        AND (on_weekday::INTEGER IS NULL OR isodow(a.placed_at AT TIME ZONE a.zone) = on_weekday)
        AND (in_hour::INTEGER IS NULL OR hour(a.placed_at AT TIME ZONE a.zone) = in_hour)
        AND (of_agent::VARCHAR IS NULL OR EXISTS (
            SELECT 1 FROM legs l WHERE l.seq = a.seq AND l.leg = 1 AND l.agent = of_agent))
        AND (of_disposition::VARCHAR IS NULL OR of_disposition <> '' OR of_agent::VARCHAR IS NOT NULL OR a.connected)
        AND (of_disposition::VARCHAR IS NULL
            OR coalesce((SELECT w.disposition FROM last_word w WHERE w.call = a.call), '') = of_disposition)
    ORDER BY a.placed_at DESC
    LIMIT most
)
SELECT * FROM calls_told((SELECT list(c.seq) FROM chosen c));
COMMENT ON MACRO TABLE v_calls_of IS 'The newest calls that a line of a table counts, as v_calls tells them.';

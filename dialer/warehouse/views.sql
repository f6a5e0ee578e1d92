-- The promise to whoever asks: views beginning with v_ keep their columns; tables may change.
-- Made anew at every start of the loader, so no rebuild is needed when one changes.

CREATE OR REPLACE TABLE agent_state_kinds (
    state VARCHAR NOT NULL,
    handling BOOLEAN NOT NULL,
    free BOOLEAN NOT NULL,
    present BOOLEAN NOT NULL
);
INSERT INTO agent_state_kinds VALUES
    ('LOGGED_OUT', false, false, false),
    ('PAUSED',     false, false, true),
    ('READY',      false, true,  true),
    ('RESERVED',   false, true,  true),
    ('PREVIEW',    false, false, true),
    ('TALKING',    true,  false, true),
    ('HELD',       true,  false, true),
    ('CONSULTING', true,  false, true),
    ('WRAP_UP',    true,  false, true);
COMMENT ON TABLE agent_state_kinds IS 'What each state of an agent counts as.';
COMMENT ON COLUMN agent_state_kinds.state IS 'The state.';
COMMENT ON COLUMN agent_state_kinds.handling IS 'Talk, hold or wrap-up: the numerator of occupancy and utilisation.';
COMMENT ON COLUMN agent_state_kinds.free IS 'Ready, or chosen for a call that is being joined: waiting for work.';
COMMENT ON COLUMN agent_state_kinds.present IS 'Logged in.';

CREATE OR REPLACE TABLE verdict_kinds (verdict VARCHAR NOT NULL, machine BOOLEAN);
INSERT INTO verdict_kinds VALUES
    ('human', false), ('machine', true), ('ivr', true), ('fax', true), ('silence', NULL), ('no_audio', NULL), ('', NULL);
COMMENT ON TABLE verdict_kinds IS 'What each verdict of the listener says of who answered.';
COMMENT ON COLUMN verdict_kinds.verdict IS 'The verdict; empty: there was none.';
COMMENT ON COLUMN verdict_kinds.machine IS 'true: no person. false: a person. null: nothing, so it cannot be wrong.';

CREATE OR REPLACE MACRO seconds_between(early, late) AS date_diff('microsecond', early, late) / 1e6;
COMMENT ON MACRO seconds_between IS 'Seconds from one instant to another; null if either is missing.';

CREATE OR REPLACE VIEW v_campaign_versions AS
SELECT * FROM campaign_versions
QUALIFY row_number() OVER (PARTITION BY campaign, version ORDER BY opened_at DESC) = 1;
COMMENT ON VIEW v_campaign_versions IS 'One row per campaign and version, however often it was opened.';

CREATE OR REPLACE VIEW v_campaigns AS
SELECT * FROM campaign_versions
QUALIFY row_number() OVER (PARTITION BY campaign ORDER BY opened_at DESC, version DESC) = 1;
COMMENT ON VIEW v_campaigns IS 'The campaigns with the rules in force now.';

CREATE OR REPLACE VIEW v_pools AS
SELECT source, pool, arg_max(zone, opened_at) AS zone, list(DISTINCT campaign ORDER BY campaign) AS campaigns
FROM campaign_versions
GROUP BY source, pool;
COMMENT ON VIEW v_pools IS 'The pools and the campaigns that dial for them.';
COMMENT ON COLUMN v_pools.zone IS 'Time zone of the campaign that was opened last: the day of the pool''s agents.';
COMMENT ON COLUMN v_pools.campaigns IS 'Campaigns that dial, or dialled, for this pool.';

CREATE OR REPLACE VIEW v_every_call AS
SELECT
    a.*,
    CAST(a.intended_at AT TIME ZONE coalesce(c.zone, 'UTC') AS DATE) AS day,
    coalesce(c.zone, 'UTC') AS zone,
    c.abandon_cap,
    c.connect_within_s,
    o.retry,
    o.attempt AS uses_attempt,
    a.placed_at IS NOT NULL AS placed,
    coalesce(a.ringing_at, a.progress_at, a.early_at) IS NOT NULL AS rang,
    o.answered,
    o.person,
    o.connected,
    o.abandoned,
    o.machine,
    o.effective,
    o.carrier AS carrier_failed,
    o.ours,
    o.number_dead,
    seconds_between(a.placed_at, coalesce(a.ringing_at, a.progress_at)) AS post_dial_delay_s,
    seconds_between(a.ringing_at, coalesce(a.answered_at, a.ended_at)) AS ring_s,
    seconds_between(a.answered_at, a.greeting_end_at) AS greeting_s,
    seconds_between(a.answered_at, a.verdict_at) AS verdict_s,
    seconds_between(a.verdict_at, a.agent_heard_at) AS verdict_to_agent_s,
    seconds_between(a.answered_at, a.agent_heard_at) AS answer_to_agent_s,
    seconds_between(a.bridged_at, a.ended_at) AS talk_s,
    seconds_between(a.answered_at, a.ended_at) AS billed_s,
    seconds_between(a.placed_at, a.ended_at) AS line_s,
    coalesce(o.answered AND seconds_between(a.answered_at, a.ended_at) < 6, false) AS short,
    coalesce(o.answered AND (
        starts_with(a.verdict_cause, 'false answer')
        OR (coalesce(a.ringing_at, a.progress_at, a.early_at) IS NULL
            AND seconds_between(a.placed_at, a.answered_at) < 1)
    ), false) AS false_answer
FROM attempts a
LEFT JOIN outcomes o ON o.outcome = a.outcome
LEFT JOIN v_campaign_versions c ON c.campaign = a.campaign AND c.version = a.version;
COMMENT ON VIEW v_every_call IS 'Calls to people and calls from people together: only to look a call up. Figures count one or the other.';

COMMENT ON COLUMN v_every_call.day IS 'Day of intended_at in the campaign''s time zone.';
COMMENT ON COLUMN v_every_call.zone IS 'The campaign''s time zone.';
COMMENT ON COLUMN v_every_call.uses_attempt IS 'It uses up one of the lead''s attempts.';
COMMENT ON COLUMN v_every_call.why IS 'Our reason, when we ended it: ring, no_agent (let alone for want of an agent), no agents, machine, heard ..., campaign stopped, dnc and others.';
COMMENT ON COLUMN v_every_call.placed IS 'The switch took the order.';
COMMENT ON COLUMN v_every_call.rang IS 'The network reported ringing or progress, or something was heard before the answer.';
COMMENT ON COLUMN v_every_call.carrier_failed IS 'The carrier failed, not the number.';
COMMENT ON COLUMN v_every_call.post_dial_delay_s IS 'From placed to the first 180 or 183 (PDD).';
COMMENT ON COLUMN v_every_call.ring_s IS 'From ringing to the answer, or to the end.';
COMMENT ON COLUMN v_every_call.greeting_s IS 'From the answer to the end of the greeting.';
COMMENT ON COLUMN v_every_call.verdict_s IS 'From the answer to the verdict.';
COMMENT ON COLUMN v_every_call.verdict_to_agent_s IS 'From the verdict to the first of the agent''s audio, waiting for an agent included.';
COMMENT ON COLUMN v_every_call.answer_to_agent_s IS 'From the answer to the first of the agent''s audio.';
COMMENT ON COLUMN v_every_call.talk_s IS 'From the bridge to the end, hold included.';
COMMENT ON COLUMN v_every_call.billed_s IS 'From the answer to the end: what a carrier bills.';
COMMENT ON COLUMN v_every_call.line_s IS 'From placed to the end: how long a line was in use.';
COMMENT ON COLUMN v_every_call.short IS 'Answered, and over within 6 seconds.';
COMMENT ON COLUMN v_every_call.false_answer IS 'Suspected false answer: ringing or an announcement was heard after the answer, or it was answered within a second without any ringing.';

CREATE OR REPLACE VIEW v_attempts AS SELECT * FROM v_every_call WHERE direction = 'out';
COMMENT ON VIEW v_attempts IS 'Every attempt (we called) with the flags of its outcome, its day and the durations between its instants.';
COMMENT ON COLUMN v_attempts.day IS 'Day of intended_at in the campaign''s time zone.';
COMMENT ON COLUMN v_attempts.zone IS 'The campaign''s time zone.';
COMMENT ON COLUMN v_attempts.uses_attempt IS 'It uses up one of the lead''s attempts.';
COMMENT ON COLUMN v_attempts.placed IS 'The switch took the order.';
COMMENT ON COLUMN v_attempts.rang IS 'The network reported ringing or progress, or something was heard before the answer.';
COMMENT ON COLUMN v_attempts.carrier_failed IS 'The carrier failed, not the number.';
COMMENT ON COLUMN v_attempts.post_dial_delay_s IS 'From placed to the first 180 or 183 (PDD).';
COMMENT ON COLUMN v_attempts.ring_s IS 'From ringing to the answer, or to the end.';
COMMENT ON COLUMN v_attempts.greeting_s IS 'From the answer to the end of the greeting.';
COMMENT ON COLUMN v_attempts.verdict_s IS 'From the answer to the verdict.';
COMMENT ON COLUMN v_attempts.verdict_to_agent_s IS 'From the verdict to the first of the agent''s audio, waiting for an agent included.';
COMMENT ON COLUMN v_attempts.answer_to_agent_s IS 'From the answer to the first of the agent''s audio.';
COMMENT ON COLUMN v_attempts.talk_s IS 'From the bridge to the end, hold included.';
COMMENT ON COLUMN v_attempts.billed_s IS 'From the answer to the end: what a carrier bills.';
COMMENT ON COLUMN v_attempts.line_s IS 'From placed to the end: how long a line was in use.';
COMMENT ON COLUMN v_attempts.short IS 'Answered, and over within 6 seconds.';
COMMENT ON COLUMN v_attempts.false_answer IS 'Suspected false answer: ringing or an announcement was heard after the answer, or it was answered within a second without any ringing.';

CREATE OR REPLACE VIEW v_callers AS
SELECT
    e.source, e.day, e.zone, e.call, e.intended_at AS came_at, e.campaign, e.pool, e.list, e.lead,
    e.number_key, e.masked, e.region, e.trunk, e.caller_id, e.answered_at, e.bridged_at,
    e.message_at, e.ended_at, e.outcome, e.ended_by, e.why, e.witness,
    e.outcome = 'taken' AS taken,
    e.outcome = 'told' AS told,
    o.call IS NOT NULL AS opted_out,
    seconds_between(e.intended_at, coalesce(e.bridged_at, e.message_at, e.ended_at)) AS wait_s,
    e.talk_s
FROM v_every_call e
LEFT JOIN (SELECT DISTINCT call FROM opt_outs) o ON o.call = e.call
WHERE e.direction = 'in';
COMMENT ON VIEW v_callers IS 'Everybody who called one of our caller ids. No figure of outbound calls counts them.';
COMMENT ON COLUMN v_callers.came_at IS 'When the call came in.';
COMMENT ON COLUMN v_callers.caller_id IS 'Our number that was called.';
COMMENT ON COLUMN v_callers.answered_at IS 'When we answered: for an agent, or for the message.';
COMMENT ON COLUMN v_callers.taken IS 'An agent took the call.';
COMMENT ON COLUMN v_callers.told IS 'Nobody could: the message told who we are, and a callback was set down.';
COMMENT ON COLUMN v_callers.opted_out IS 'The person pressed the key that ends our calls.';
COMMENT ON COLUMN v_callers.wait_s IS 'From the call to the agent, the message, or the end.';

CREATE OR REPLACE VIEW v_legs AS
SELECT
    l.*, a.source, a.campaign, a.pool, a.day, a.zone,
    seconds_between(l.bridged_at, l.ended_at) AS talk_s,
    coalesce(list_sum(list_transform(
        list_zip(l.held_at, l.resumed_at), lambda pair: seconds_between(pair[1], pair[2])
    )), 0) AS hold_s
FROM legs l
JOIN v_every_call a ON a.call = l.call
WHERE NOT starts_with(l.agent, 'outside:');
COMMENT ON VIEW v_legs IS 'Every agent''s part in every call. Parties outside are no agents: v_outside.';
COMMENT ON COLUMN v_legs.day IS 'Day of the call in the campaign''s time zone.';
COMMENT ON COLUMN v_legs.talk_s IS 'Seconds this agent was joined with the customer, hold included.';
COMMENT ON COLUMN v_legs.hold_s IS 'Seconds of these that the customer was on hold.';

CREATE OR REPLACE VIEW v_outside AS
WITH parts AS (
    SELECT *, lag(agent) OVER (PARTITION BY call ORDER BY leg) AS handed_by FROM legs
)
SELECT
    p.seq, p.call, p.leg, substr(p.agent, length('outside:') + 1) AS party, p.handed_by,
    p.bridged_at, p.ended_at, a.source, a.campaign, a.pool, a.day, a.zone,
    seconds_between(p.bridged_at, p.ended_at) AS talk_s
FROM parts p
JOIN v_every_call a ON a.call = p.call
WHERE starts_with(p.agent, 'outside:');
COMMENT ON VIEW v_outside IS 'Every part that a party outside the house had in a call: what agents handed over to it.';
COMMENT ON COLUMN v_outside.leg IS 'Which part of the call it was: 2 after one agent.';
COMMENT ON COLUMN v_outside.party IS 'Its name, of the trunk''s list.';
COMMENT ON COLUMN v_outside.handed_by IS 'The agent who had the customer before.';
COMMENT ON COLUMN v_outside.bridged_at IS 'When it was joined with the customer.';
COMMENT ON COLUMN v_outside.ended_at IS 'When its part was over.';
COMMENT ON COLUMN v_outside.day IS 'Day of the call in the campaign''s time zone.';
COMMENT ON COLUMN v_outside.talk_s IS 'Seconds it was joined with the customer.';

CREATE OR REPLACE VIEW v_dispositions AS
SELECT
    d.* REPLACE (split_part(d.disposition, '@', 1) AS disposition),
    to_timestamp(TRY_CAST(nullif(split_part(d.disposition, '@', 2), '') AS DOUBLE)) AS callback_at,
    CAST(d.set_at AT TIME ZONE coalesce(c.zone, 'UTC') AS DATE) AS day,
    coalesce(c.zone, 'UTC') AS zone
FROM dispositions d
LEFT JOIN v_campaigns c ON c.campaign = d.campaign;
COMMENT ON VIEW v_dispositions IS 'What agents recorded, with its day.';
COMMENT ON COLUMN v_dispositions.callback_at IS 'When the agent promised to call back.';
COMMENT ON COLUMN v_dispositions.day IS 'Day of set_at in the campaign''s time zone.';

CREATE OR REPLACE VIEW v_recordings AS
WITH gone AS (
    SELECT call, max(gone_at) AS gone_at, arg_max(why, gone_at) AS gone_why FROM recordings_gone GROUP BY call
)
SELECT
    r.*, a.day, a.zone, a.ended_at,
    g.gone_at, coalesce(g.gone_why, '') AS gone_why,
    r.path <> '' AND g.gone_at IS NULL AS is_there
FROM recordings r
LEFT JOIN v_attempts a ON a.call = r.call
LEFT JOIN gone g ON g.call = r.call
QUALIFY row_number() OVER (PARTITION BY r.call ORDER BY r.seq DESC) = 1;
COMMENT ON VIEW v_recordings IS 'One row per call that was or should have been recorded, and whether the recording is still there.';
COMMENT ON COLUMN v_recordings.day IS 'Day of the call in the campaign''s time zone.';
COMMENT ON COLUMN v_recordings.zone IS 'The campaign''s time zone.';
COMMENT ON COLUMN v_recordings.ended_at IS 'When the call was over.';
COMMENT ON COLUMN v_recordings.gone_at IS 'When it was deleted.';
COMMENT ON COLUMN v_recordings.gone_why IS 'order or retention; empty while it is there.';
COMMENT ON COLUMN v_recordings.is_there IS 'There is a file.';

CREATE OR REPLACE VIEW v_calls AS
WITH first_leg AS (
    SELECT call, arg_min(agent, leg) AS agent, count(*) AS agents
    FROM legs WHERE NOT starts_with(agent, 'outside:') GROUP BY call
),
last_word AS (
    SELECT call, nullif(arg_max(disposition, seq), '') AS disposition FROM v_dispositions GROUP BY call
)
SELECT
    a.source, a.day, a.zone, a.placed_at, a.call, a.campaign, a.pool, a.list, a.lead, a.attempt,
    a.masked, a.region, a.trunk, a.outcome, a.early, a.verdict, a.verdict_cause, a.cause, a.sip,
    l.agent, coalesce(l.agents, 0) AS agents, d.disposition,
    a.answered, a.person, a.connected, a.abandoned,
    a.ring_s, a.verdict_s, a.answer_to_agent_s, a.talk_s, a.billed_s, a.ended_at, a.ended_by, a.why,
    CASE WHEN r.is_there THEN r.path END AS recording, a.direction
FROM v_every_call a
LEFT JOIN v_recordings r ON r.call = a.call
LEFT JOIN first_leg l ON l.call = a.call
LEFT JOIN last_word d ON d.call = a.call
WHERE a.placed;
COMMENT ON VIEW v_calls IS 'Every call that was placed or came in, as somebody looks one up: who, when, what came of it, which agent, what was recorded.';
COMMENT ON COLUMN v_calls.agent IS 'The first agent who was joined with the customer.';
COMMENT ON COLUMN v_calls.agents IS 'How many agents took part.';
COMMENT ON COLUMN v_calls.recording IS 'The file of its recording, while there is one.';
COMMENT ON COLUMN v_calls.disposition IS 'What an agent recorded last.';

CREATE OR REPLACE MACRO calls_told(seqs) AS TABLE
WITH mine AS MATERIALIZED (
    SELECT a.* FROM v_every_call a WHERE a.seq IN (SELECT unnest(seqs))
),
leg AS (
    SELECT l.seq, arg_min(l.agent, l.leg) AS agent
    FROM legs l
    WHERE l.seq BETWEEN (SELECT min(m.seq) FROM mine m) AND (SELECT max(m.seq) FROM mine m)
        AND NOT starts_with(l.agent, 'outside:') AND l.seq IN (SELECT m.seq FROM mine m)
    GROUP BY l.seq
),
word AS (
    SELECT d.call, nullif(split_part(arg_max(d.disposition, d.seq), '@', 1), '') AS disposition
    FROM dispositions d
    WHERE d.set_at >= (SELECT min(m.intended_at) - INTERVAL 1 DAY FROM mine m) AND d.call IN (SELECT m.call FROM mine m)
    GROUP BY d.call
),
kept AS (
    SELECT r.call, arg_max(r.path, r.seq) AS path
    FROM recordings r
    WHERE r.checked_at >= (SELECT min(m.intended_at) - INTERVAL 1 DAY FROM mine m) AND r.call IN (SELECT m.call FROM mine m)
    GROUP BY r.call
)
SELECT
    m.*, l.agent, w.disposition,
    CASE WHEN k.path <> '' AND k.call NOT IN (SELECT g.call FROM recordings_gone g) THEN k.path END AS recording
FROM mine m
LEFT JOIN leg l ON l.seq = m.seq
LEFT JOIN word w ON w.call = m.call
LEFT JOIN kept k ON k.call = m.call
WHERE m.placed;
COMMENT ON MACRO TABLE calls_told IS 'Some calls, by their facts'' numbers, as v_calls tells them: without looking at all the others.';

CREATE OR REPLACE VIEW v_agent_time AS
SELECT
    s.*,
    coalesce(c.zone, p.zone, 'UTC') AS zone,
    CAST(s.from_at AT TIME ZONE coalesce(c.zone, p.zone, 'UTC') AS DATE) AS day,
    k.handling, k.free, k.present,
    seconds_between(s.from_at, s.to_at) AS in_state_s
FROM agent_states s
LEFT JOIN agent_state_kinds k ON k.state = s.state
LEFT JOIN v_campaigns c ON c.campaign = s.campaign
LEFT JOIN v_pools p ON p.pool = s.pool;
COMMENT ON VIEW v_agent_time IS 'Every interval of every shift, with what it counts as.';
COMMENT ON COLUMN v_agent_time.zone IS 'Time zone of the call''s campaign, or of the pool.';
COMMENT ON COLUMN v_agent_time.day IS 'Day on which the interval began, in that zone.';
COMMENT ON COLUMN v_agent_time.in_state_s IS 'Its length.';

CREATE OR REPLACE VIEW v_abandonment AS
SELECT
    source, campaign, zone, day,
    count(*) FILTER (WHERE abandoned) AS abandoned,
    count(*) FILTER (WHERE person) AS persons,
    count(*) FILTER (WHERE abandoned) / nullif(count(*) FILTER (WHERE person), 0) AS abandon_rate,
    arg_max(abandon_cap, seq) AS abandon_cap
FROM v_attempts
GROUP BY source, campaign, zone, day;
COMMENT ON VIEW v_abandonment IS 'Abandonment per campaign and day: abandoned calls per call answered by a person.';
COMMENT ON COLUMN v_abandonment.day IS 'Day in the campaign''s time zone.';
COMMENT ON COLUMN v_abandonment.abandoned IS 'Numerator: a person answered and no agent was there within the limit.';
COMMENT ON COLUMN v_abandonment.persons IS 'Denominator: a person answered.';
COMMENT ON COLUMN v_abandonment.abandon_rate IS 'Numerator / denominator, 0 to 1; null when nobody answered.';
COMMENT ON COLUMN v_abandonment.abandon_cap IS 'The rate the rules permit.';

CREATE OR REPLACE VIEW v_pacing AS
SELECT
    d.*,
    coalesce(c.zone, 'UTC') AS zone,
    CAST(d.decided_at AT TIME ZONE coalesce(c.zone, 'UTC') AS DATE) AS day,
    c.abandon_cap
FROM pacing_decisions d
LEFT JOIN v_campaigns c ON c.campaign = d.campaign;
COMMENT ON VIEW v_pacing IS 'Every pacing decision, with its day and the cap.';
COMMENT ON COLUMN v_pacing.day IS 'Day of the decision in the campaign''s time zone.';

CREATE OR REPLACE MACRO costs_as_of(as_of := TIMESTAMPTZ 'infinity') AS TABLE
SELECT c.* FROM costs c
WHERE NOT c.again AND c.rated_at <= as_of
  AND c.call NOT IN (SELECT a.call FROM costs a WHERE a.again AND a.rated_at <= as_of)
UNION ALL
SELECT c.* FROM costs c
WHERE c.again AND c.rated_at <= as_of
QUALIFY row_number() OVER (PARTITION BY c.call ORDER BY c.cost DESC) = 1;
COMMENT ON MACRO TABLE costs_as_of IS 'What each call cost, as it was known at an instant.';

CREATE OR REPLACE MACRO priced(since, until, as_of) AS TABLE
WITH last_word AS (
    SELECT call, arg_max(disposition, seq) AS disposition FROM v_dispositions GROUP BY call
)
SELECT
    a.*, c.amount, c.currency, c.prefix, c.deck, c.version AS deck_version,
    coalesce(c.billed_s, 0) AS charged_s,
    c.amount IS NULL AS unrated,
    coalesce(d.disposition = 'sale', false) AS sold
FROM v_attempts a
LEFT JOIN costs_as_of(as_of := as_of) c ON c.call = a.call
LEFT JOIN last_word d ON d.call = a.call
WHERE a.placed AND a.intended_at >= since AND a.intended_at < until;
COMMENT ON MACRO TABLE priced IS 'Every attempt placed in a period with what it cost.';

CREATE OR REPLACE VIEW v_costs AS
SELECT
    a.source, a.day, a.zone, a.intended_at, a.call, a.campaign, a.pool, a.list, a.trunk, a.caller_id,
    a.region, a.outcome, a.answered, a.person, a.connected, a.billed_s,
    p.sold, p.charged_s, p.prefix, p.deck, p.deck_version, p.amount, p.currency, p.unrated
FROM v_attempts a
JOIN priced(TIMESTAMPTZ '-infinity', TIMESTAMPTZ 'infinity', TIMESTAMPTZ 'infinity') p ON p.call = a.call;
COMMENT ON VIEW v_costs IS 'Every attempt that was placed with what it cost, as rated last.';
COMMENT ON COLUMN v_costs.sold IS 'An agent recorded a sale.';
COMMENT ON COLUMN v_costs.charged_s IS 'Seconds that are charged for, in whole blocks.';
COMMENT ON COLUMN v_costs.prefix IS 'The prefix that decided the rate.';
COMMENT ON COLUMN v_costs.deck IS 'The tariff it was rated by.';
COMMENT ON COLUMN v_costs.deck_version IS 'Version of the tariff.';
COMMENT ON COLUMN v_costs.amount IS 'Its price; null where it is unrated.';
COMMENT ON COLUMN v_costs.currency IS 'ISO 4217.';
COMMENT ON COLUMN v_costs.unrated IS 'Its trunk has no tariff, or the tariff no rate for it: its price is not in any sum.';

CREATE OR REPLACE VIEW v_charges AS
SELECT
    c.source, c.kind, c.whose, c.amount, c.currency, CAST(c.since AS DATE) AS since_day,
    coalesce(lead(CAST(c.since AS DATE)) OVER (PARTITION BY c.kind, c.whose ORDER BY c.since), DATE '9999-12-31') AS until_day
FROM charges c;
COMMENT ON VIEW v_charges IS 'What is paid by the month (trunk, number) and by the hour (pool, agent), and from when to when.';
COMMENT ON COLUMN v_charges.since_day IS 'First day.';
COMMENT ON COLUMN v_charges.until_day IS 'The day from which the next one counts.';

CREATE OR REPLACE VIEW v_exchange AS
SELECT
    e.source, e.base, e.quote, e.rate, e.origin, e.turned, e.day AS since_day,
    coalesce(lead(e.day) OVER (PARTITION BY e.base, e.quote ORDER BY e.day), DATE '9999-12-31') AS until_day
FROM exchange e;
COMMENT ON VIEW v_exchange IS 'Rates of exchange, and from when to when each is in force.';
COMMENT ON COLUMN v_exchange.since_day IS 'First day.';
COMMENT ON COLUMN v_exchange.until_day IS 'The day from which the next one is in force.';

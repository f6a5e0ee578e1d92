-- What the warehouse keeps: the facts of the journal, one row each, as they were told.
-- Instants are TIMESTAMPTZ in UTC. Durations are never stored: views.sql derives them.
-- A file holds one source (live, lab or sim); a change here rebuilds the file from the journal.

CREATE TABLE meta (
    source VARCHAR NOT NULL,
    journal VARCHAR NOT NULL,
    schema VARCHAR NOT NULL,
    views VARCHAR NOT NULL,
    facts_seq BIGINT NOT NULL,
    costs_seq BIGINT NOT NULL,
    loaded_at TIMESTAMPTZ
);
COMMENT ON TABLE meta IS 'One row: what this file is and how far it has read the journal. The watermark moves in the same transaction as the rows.';
COMMENT ON COLUMN meta.source IS 'live, lab or sim: the world these rows come from. Files of different sources are never added up.';
COMMENT ON COLUMN meta.journal IS 'The journal that it was read from; from another one it is built anew.';
COMMENT ON COLUMN meta.schema IS 'Fingerprint of the tables; another one means that the file is rebuilt.';
COMMENT ON COLUMN meta.views IS 'Fingerprint of outcomes, views and figures; another one means that these are made anew.';
COMMENT ON COLUMN meta.facts_seq IS 'The last fact of the journal that is in this file.';
COMMENT ON COLUMN meta.costs_seq IS 'The last cost that is in this file.';
COMMENT ON COLUMN meta.loaded_at IS 'When rows were last added (the loader''s clock).';

CREATE TABLE campaign_versions (
    source VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    "user" VARCHAR NOT NULL,
    pool VARCHAR NOT NULL,
    pacing VARCHAR NOT NULL,
    ratio DOUBLE NOT NULL,
    lines INTEGER NOT NULL,
    calls_per_s DOUBLE NOT NULL,
    trunk VARCHAR NOT NULL,
    caller_ids VARCHAR[] NOT NULL,
    ring_timeout_s DOUBLE NOT NULL,
    abandon_cap DOUBLE NOT NULL,
    account VARCHAR NOT NULL,
    clock VARCHAR NOT NULL,
    connect_within_s DOUBLE NOT NULL,
    detection VARCHAR NOT NULL,
    country VARCHAR NOT NULL,
    on_machine VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    wrap_up_s DOUBLE NOT NULL,
    max_talk_s DOUBLE NOT NULL,
    zone VARCHAR NOT NULL,
    begins VARCHAR NOT NULL,
    recording VARCHAR NOT NULL
);
COMMENT ON TABLE campaign_versions IS 'The rules a campaign was dialled with; a new row whenever it is opened.';
COMMENT ON COLUMN campaign_versions.source IS 'live, lab or sim.';
COMMENT ON COLUMN campaign_versions.campaign IS 'The campaign.';
COMMENT ON COLUMN campaign_versions.version IS 'Version of its rules; every attempt names the one it was dialled with.';
COMMENT ON COLUMN campaign_versions.opened_at IS 'When these rules came into force.';
COMMENT ON COLUMN campaign_versions."user" IS 'Who opened it.';
COMMENT ON COLUMN campaign_versions.pool IS 'The agents it dials for.';
COMMENT ON COLUMN campaign_versions.pacing IS 'Pacing mode: manual, preview, progressive, ratio, selftuned, predictive.';
COMMENT ON COLUMN campaign_versions.ratio IS 'Calls per free agent, in the mode ratio.';
COMMENT ON COLUMN campaign_versions.lines IS 'Lines it may use at once.';
COMMENT ON COLUMN campaign_versions.calls_per_s IS 'Calls it may place per second.';
COMMENT ON COLUMN campaign_versions.trunk IS 'The trunk its calls leave by.';
COMMENT ON COLUMN campaign_versions.caller_ids IS 'Caller ids it may show.';
COMMENT ON COLUMN campaign_versions.ring_timeout_s IS 'How long it lets a telephone ring.';
COMMENT ON COLUMN campaign_versions.abandon_cap IS 'The permitted abandonment rate, 0 to 1.';
COMMENT ON COLUMN campaign_versions.account IS 'Over what it is counted: day, 30 days, or hours.';
COMMENT ON COLUMN campaign_versions.clock IS 'What starts the clock of abandonment: greeting_end, speech_start or answer.';
COMMENT ON COLUMN campaign_versions.connect_within_s IS 'A person connected later than this after the clock''s start counts as abandoned.';
COMMENT ON COLUMN campaign_versions.detection IS 'Listener preset.';
COMMENT ON COLUMN campaign_versions.country IS 'Tone plan the listeners use.';
COMMENT ON COLUMN campaign_versions.on_machine IS 'What is done with an answering machine.';
COMMENT ON COLUMN campaign_versions.message IS 'The recording for people whom no agent could take in time.';
COMMENT ON COLUMN campaign_versions.wrap_up_s IS 'Seconds an agent has after a call before being ready again.';
COMMENT ON COLUMN campaign_versions.max_talk_s IS 'The longest conversation.';
COMMENT ON COLUMN campaign_versions.zone IS 'Time zone of the campaign: its day is the day of every figure.';
COMMENT ON COLUMN campaign_versions.begins IS 'What it did from then on: dialling, paused, stopped.';
COMMENT ON COLUMN campaign_versions.recording IS 'Whether talks were recorded: off, on, must.';

CREATE TABLE attempts (
    seq BIGINT NOT NULL,
    call VARCHAR NOT NULL,
    lead VARCHAR NOT NULL,
    list VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    pool VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    number_key VARCHAR NOT NULL,
    masked VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    trunk VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    epoch BIGINT NOT NULL,
    intended_at TIMESTAMPTZ NOT NULL,
    placed_at TIMESTAMPTZ,
    progress_at TIMESTAMPTZ,
    ringing_at TIMESTAMPTZ,
    early_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    speech_at TIMESTAMPTZ,
    greeting_end_at TIMESTAMPTZ,
    verdict_at TIMESTAMPTZ,
    waiting_at TIMESTAMPTZ,
    bridged_at TIMESTAMPTZ,
    agent_heard_at TIMESTAMPTZ,
    message_at TIMESTAMPTZ,
    hang_up_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    early VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    confidence DOUBLE,
    verdict_cause VARCHAR NOT NULL,
    cause INTEGER NOT NULL,
    sip INTEGER,
    ended_by VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    witness VARCHAR NOT NULL,
    direction VARCHAR NOT NULL
);
COMMENT ON TABLE attempts IS 'One row per attempt: one call to one number, with all its instants and what came of it (the CDR). Those who called us are here as well: ask v_attempts or v_callers.';
COMMENT ON COLUMN attempts.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN attempts.call IS 'The call''s id: channel id, CDR key, recording name and log token at once.';
COMMENT ON COLUMN attempts.lead IS 'The lead that was called.';
COMMENT ON COLUMN attempts.list IS 'The list it came from.';
COMMENT ON COLUMN attempts.campaign IS 'The campaign.';
COMMENT ON COLUMN attempts.version IS 'Version of the campaign''s rules.';
COMMENT ON COLUMN attempts.pool IS 'The agents it was dialled for.';
COMMENT ON COLUMN attempts.attempt IS 'The how-many-th call to this number.';
COMMENT ON COLUMN attempts.number_key IS 'Keyed hash of the number: equal for equal numbers, and nothing else can be read from it.';
COMMENT ON COLUMN attempts.masked IS 'The number with its middle hidden.';
COMMENT ON COLUMN attempts.region IS 'Region of the number.';
COMMENT ON COLUMN attempts.trunk IS 'The trunk it left by.';
COMMENT ON COLUMN attempts.caller_id IS 'The caller id that was shown.';
COMMENT ON COLUMN attempts.mode IS 'Pacing mode that asked for it.';
COMMENT ON COLUMN attempts.source IS 'live, lab or sim.';
COMMENT ON COLUMN attempts.epoch IS 'The dialer process (lease) that placed it.';
COMMENT ON COLUMN attempts.intended_at IS 'When the journal promised it. Every period of a figure is asked of this instant.';
COMMENT ON COLUMN attempts.placed_at IS 'When the switch took the order; null if it never became a call.';
COMMENT ON COLUMN attempts.progress_at IS 'First 183.';
COMMENT ON COLUMN attempts.ringing_at IS 'First 180.';
COMMENT ON COLUMN attempts.early_at IS 'First sound before the answer.';
COMMENT ON COLUMN attempts.answered_at IS '200 OK.';
COMMENT ON COLUMN attempts.speech_at IS 'The first utterance after the answer begins.';
COMMENT ON COLUMN attempts.greeting_end_at IS 'The first utterance ends.';
COMMENT ON COLUMN attempts.verdict_at IS 'When the listener knew who answered.';
COMMENT ON COLUMN attempts.waiting_at IS 'When the call began to wait for an agent.';
COMMENT ON COLUMN attempts.bridged_at IS 'When customer and agent were joined.';
COMMENT ON COLUMN attempts.agent_heard_at IS 'When the first of the agent''s audio left for the customer.';
COMMENT ON COLUMN attempts.message_at IS 'When the safe-harbour message began.';
COMMENT ON COLUMN attempts.hang_up_at IS 'When the dialer asked for the end.';
COMMENT ON COLUMN attempts.ended_at IS 'When it was over.';
COMMENT ON COLUMN attempts.outcome IS 'What came of it: a row of the table outcomes.';
COMMENT ON COLUMN attempts.early IS 'What was heard before the answer: ringback, crbt, announcement, busy, ...';
COMMENT ON COLUMN attempts.verdict IS 'Who answered, as the listener heard it: human, machine, ivr, fax, silence.';
COMMENT ON COLUMN attempts.confidence IS 'How sure the listener was, 0 to 1.';
COMMENT ON COLUMN attempts.verdict_cause IS 'Why the listener thought so.';
COMMENT ON COLUMN attempts.cause IS 'Q.850 cause of the end; 0 if none was told.';
COMMENT ON COLUMN attempts.sip IS 'SIP status of the end.';
COMMENT ON COLUMN attempts.ended_by IS 'customer, agent, dialer, network or crash.';
COMMENT ON COLUMN attempts.why IS 'Our reason, when we ended it.';
COMMENT ON COLUMN attempts.witness IS 'events, or switch_cdr and journal when it was recovered after a crash.';
COMMENT ON COLUMN attempts.direction IS 'out: we called. in: the person called us; caller_id is the number that was called, intended_at and placed_at when the call came.';

CREATE TABLE opt_outs (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    everywhere BOOLEAN NOT NULL,
    pressed_at TIMESTAMPTZ NOT NULL,
    campaign VARCHAR NOT NULL
);
COMMENT ON TABLE opt_outs IS 'Who pressed the key in a message that ends our calls; the number is on the do-not-call list.';
COMMENT ON COLUMN opt_outs.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN opt_outs.source IS 'live, lab or sim.';
COMMENT ON COLUMN opt_outs.call IS 'The call in which it was pressed.';
COMMENT ON COLUMN opt_outs.everywhere IS 'No campaign may call the number; else only that of the call may not.';
COMMENT ON COLUMN opt_outs.pressed_at IS 'When.';
COMMENT ON COLUMN opt_outs.campaign IS 'Campaign of that call.';

CREATE TABLE caller_id_rests (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    cause VARCHAR NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    why VARCHAR NOT NULL,
    n BIGINT NOT NULL,
    "of" BIGINT NOT NULL,
    usual DOUBLE NOT NULL,
    said VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    by_user VARCHAR NOT NULL
);
COMMENT ON TABLE caller_id_rests IS 'Numbers that we show: when each began to rest and why, and when its rest ended.';
COMMENT ON COLUMN caller_id_rests.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN caller_id_rests.source IS 'live, lab or sim.';
COMMENT ON COLUMN caller_id_rests.caller_id IS 'The number, E.164 without +.';
COMMENT ON COLUMN caller_id_rests.told_at IS 'When.';
COMMENT ON COLUMN caller_id_rests.cause IS 'flagged or ordered: it begins to rest; over or woken: its rest ends.';
COMMENT ON COLUMN caller_id_rests.until_at IS 'Until when it was to rest.';
COMMENT ON COLUMN caller_id_rests.why IS 'unwanted (607, 608), blocked (603, 607, 608), short (talks), answers (few), order (of a person).';
COMMENT ON COLUMN caller_id_rests.n IS 'So many of its latest calls there were unwanted, blocked, short, answered.';
COMMENT ON COLUMN caller_id_rests."of" IS 'Of so many calls, or talks.';
COMMENT ON COLUMN caller_id_rests.usual IS 'Of too few answers: the answer rate that was to be expected.';
COMMENT ON COLUMN caller_id_rests.said IS 'What the person said who ordered it.';
COMMENT ON COLUMN caller_id_rests.campaign IS 'The campaign in which it was flagged.';
COMMENT ON COLUMN caller_id_rests.by_user IS 'The person who ordered it; empty: the engine.';

CREATE TABLE legs (
    seq BIGINT NOT NULL,
    call VARCHAR NOT NULL,
    leg INTEGER NOT NULL,
    agent VARCHAR NOT NULL,
    bridged_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    held_at TIMESTAMPTZ[],
    resumed_at TIMESTAMPTZ[]
);
COMMENT ON COLUMN legs.held_at IS 'When the agent put the customer on hold, each time.';
COMMENT ON COLUMN legs.resumed_at IS 'When each of these holds ended.';
COMMENT ON TABLE legs IS 'One row per agent''s part in a call; a transferred call has several.';
COMMENT ON COLUMN legs.seq IS 'Sequence number of the call''s fact in the journal.';
COMMENT ON COLUMN legs.call IS 'The call.';
COMMENT ON COLUMN legs.leg IS '1 for the first agent, 2 after a transfer, ...';
COMMENT ON COLUMN legs.agent IS 'The agent.';
COMMENT ON COLUMN legs.bridged_at IS 'When this agent was joined with the customer.';
COMMENT ON COLUMN legs.ended_at IS 'When this agent''s part was over.';

CREATE TABLE agent_states (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    pool VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    to_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE agent_states IS 'One row per interval of an agent''s shift, told when it ends: the interval that runs now is not here yet.';
COMMENT ON COLUMN agent_states.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN agent_states.source IS 'live, lab or sim.';
COMMENT ON COLUMN agent_states.agent IS 'The agent.';
COMMENT ON COLUMN agent_states.pool IS 'The pool the agent works in.';
COMMENT ON COLUMN agent_states.state IS 'A row of the table agent_state_kinds.';
COMMENT ON COLUMN agent_states.reason IS 'Why: the reason of a pause.';
COMMENT ON COLUMN agent_states.call IS 'The call of this interval, if it had one.';
COMMENT ON COLUMN agent_states.campaign IS 'The campaign of that call.';
COMMENT ON COLUMN agent_states.from_at IS 'Begin of the interval.';
COMMENT ON COLUMN agent_states.to_at IS 'End of the interval.';

CREATE TABLE dispositions (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    lead VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    disposition VARCHAR NOT NULL,
    set_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE dispositions IS 'What agents recorded. Not the outcome: that is what the network or the dialer saw.';
COMMENT ON COLUMN dispositions.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN dispositions.source IS 'live, lab or sim.';
COMMENT ON COLUMN dispositions.call IS 'The call.';
COMMENT ON COLUMN dispositions.lead IS 'The lead.';
COMMENT ON COLUMN dispositions.campaign IS 'The campaign.';
COMMENT ON COLUMN dispositions.agent IS 'The agent who recorded it.';
COMMENT ON COLUMN dispositions.disposition IS 'What was recorded; an instant may follow: callback@1795500000. Empty: it was taken back.';
COMMENT ON COLUMN dispositions.set_at IS 'When.';

CREATE TABLE recordings (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    path VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    talk_s DOUBLE NOT NULL,
    size BIGINT NOT NULL,
    customer_db DOUBLE NOT NULL,
    agent_db DOUBLE NOT NULL
);
COMMENT ON TABLE recordings IS 'What came of the recording of each call that should have one, as it was looked at after the call.';
COMMENT ON COLUMN recordings.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN recordings.source IS 'live, lab or sim.';
COMMENT ON COLUMN recordings.call IS 'The call.';
COMMENT ON COLUMN recordings.campaign IS 'Its campaign.';
COMMENT ON COLUMN recordings.checked_at IS 'When it was looked at.';
COMMENT ON COLUMN recordings.path IS 'The file, below the folder of recordings: left the customer, right the agent. Empty: there is none.';
COMMENT ON COLUMN recordings.why IS 'What is wrong with it: no file, too short, silent, no room. Empty: nothing.';
COMMENT ON COLUMN recordings.seconds IS 'Its length.';
COMMENT ON COLUMN recordings.talk_s IS 'How long somebody was joined with the customer.';
COMMENT ON COLUMN recordings.size IS 'Bytes.';
COMMENT ON COLUMN recordings.customer_db IS 'The loudest second of the customer, dB below full scale; -96 is silence.';
COMMENT ON COLUMN recordings.agent_db IS 'The loudest second of the agent.';

CREATE TABLE recordings_gone (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    gone_at TIMESTAMPTZ NOT NULL,
    why VARCHAR NOT NULL,
    by_user VARCHAR NOT NULL
);
COMMENT ON TABLE recordings_gone IS 'Recordings that were deleted.';
COMMENT ON COLUMN recordings_gone.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN recordings_gone.source IS 'live, lab or sim.';
COMMENT ON COLUMN recordings_gone.call IS 'The call.';
COMMENT ON COLUMN recordings_gone.campaign IS 'Its campaign, where that was told.';
COMMENT ON COLUMN recordings_gone.gone_at IS 'When.';
COMMENT ON COLUMN recordings_gone.why IS 'order or retention.';
COMMENT ON COLUMN recordings_gone.by_user IS 'Who wanted it.';

CREATE TABLE pacing_decisions (
    seq BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    pool VARCHAR NOT NULL,
    campaign VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    ready INTEGER NOT NULL,
    logged_in INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    ringing INTEGER NOT NULL,
    lines_free INTEGER NOT NULL,
    leads_left BIGINT NOT NULL,
    answer_rate DOUBLE NOT NULL,
    persons BIGINT NOT NULL,
    abandoned BIGINT NOT NULL,
    n INTEGER NOT NULL,
    level DOUBLE NOT NULL,
    bound VARCHAR NOT NULL,
    worst_rate DOUBLE NOT NULL,
    owed BIGINT NOT NULL,
    expected_free DOUBLE,
    expected_answers DOUBLE,
    chance DOUBLE,
    next_chance DOUBLE,
    chance_allowed DOUBLE
);
COMMENT ON TABLE pacing_decisions IS 'One row per decision to place calls, or to stop placing: what was seen, what was chosen, and what bound it.';
COMMENT ON COLUMN pacing_decisions.seq IS 'Sequence number of the fact in the journal.';
COMMENT ON COLUMN pacing_decisions.source IS 'live, lab or sim.';
COMMENT ON COLUMN pacing_decisions.decided_at IS 'When.';
COMMENT ON COLUMN pacing_decisions.pool IS 'The pool it looked at.';
COMMENT ON COLUMN pacing_decisions.campaign IS 'The campaign it decided for.';
COMMENT ON COLUMN pacing_decisions.mode IS 'Pacing mode.';
COMMENT ON COLUMN pacing_decisions.ready IS 'Agents ready.';
COMMENT ON COLUMN pacing_decisions.logged_in IS 'Agents logged in.';
COMMENT ON COLUMN pacing_decisions.waiting IS 'Answered calls that waited for an agent.';
COMMENT ON COLUMN pacing_decisions.ringing IS 'Calls asked for and not yet answered.';
COMMENT ON COLUMN pacing_decisions.lines_free IS 'Lines free.';
COMMENT ON COLUMN pacing_decisions.leads_left IS 'Leads the campaign had left.';
COMMENT ON COLUMN pacing_decisions.answer_rate IS 'Chance that the next call is answered by a person, 0 to 1.';
COMMENT ON COLUMN pacing_decisions.persons IS 'Calls answered by a person so far in the account''s period: its denominator. Of the group where its account has less left.';
COMMENT ON COLUMN pacing_decisions.abandoned IS 'Abandoned calls so far in that period: the account''s numerator.';
COMMENT ON COLUMN pacing_decisions.n IS 'Calls to place, chosen.';
COMMENT ON COLUMN pacing_decisions.level IS 'Calls in flight per agent who could take one, after the decision (dial level).';
COMMENT ON COLUMN pacing_decisions.bound IS 'The binding constraint: agents, lines, calls_per_s, leads, hours, cap, trunk, switch, ...';
COMMENT ON COLUMN pacing_decisions.worst_rate IS 'Abandonment rate if every call in flight were abandoned.';
COMMENT ON COLUMN pacing_decisions.owed IS 'Abandoned whose calls went on, and at worst in other pools of the group: in no book yet.';
COMMENT ON COLUMN pacing_decisions.expected_free IS 'Busy agents who would be free by the time at which a call placed then is answered, in the mean; null where nothing was foreseen.';
COMMENT ON COLUMN pacing_decisions.expected_answers IS 'Calls in flight that people would have answered by then, in the mean.';
COMMENT ON COLUMN pacing_decisions.chance IS 'Chance that the last call placed finds no agent free, 0 to 1.';
COMMENT ON COLUMN pacing_decisions.next_chance IS 'The same of one call more.';
COMMENT ON COLUMN pacing_decisions.chance_allowed IS 'The largest such chance that the account bore.';

CREATE TABLE lists (
    source VARCHAR NOT NULL,
    list VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    leads BIGINT NOT NULL
);
COMMENT ON TABLE lists IS 'The lists that were imported.';
COMMENT ON COLUMN lists.source IS 'live, lab or sim: the world of the campaigns that dial it.';
COMMENT ON COLUMN lists.list IS 'The list.';
COMMENT ON COLUMN lists.added_at IS 'When it was imported.';
COMMENT ON COLUMN lists.leads IS 'Leads in it now.';

CREATE TABLE leads (
    source VARCHAR NOT NULL,
    lead VARCHAR NOT NULL,
    list VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    callback BOOLEAN NOT NULL,
    disposition VARCHAR NOT NULL,
    due_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE leads IS 'The leads as they stand now, without personal data: neither number nor name. A change that no call brought about is seen within a few minutes.';
COMMENT ON COLUMN leads.source IS 'live, lab or sim.';
COMMENT ON COLUMN leads.lead IS 'The lead.';
COMMENT ON COLUMN leads.list IS 'Its list.';
COMMENT ON COLUMN leads.place IS 'Country and time zones of the number that is next.';
COMMENT ON COLUMN leads.state IS 'open, intended (a call is promised or under way) or done.';
COMMENT ON COLUMN leads.why IS 'Why it is done, or rests: dnc, caps, open, dead, final, talked.';
COMMENT ON COLUMN leads.attempts IS 'Attempts used.';
COMMENT ON COLUMN leads.callback IS 'An agent promised to call back.';
COMMENT ON COLUMN leads.disposition IS 'What an agent recorded last.';
COMMENT ON COLUMN leads.due_at IS 'It is left in peace until then.';

CREATE TABLE costs (
    cost BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    call VARCHAR NOT NULL,
    deck VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    prefix VARCHAR NOT NULL,
    billed_s INTEGER NOT NULL,
    amount DECIMAL(18, 6),
    currency VARCHAR NOT NULL,
    rated_at TIMESTAMPTZ NOT NULL,
    again BOOLEAN NOT NULL
);
COMMENT ON TABLE costs IS 'What each call cost, each time it was rated; the newest row counts (costs_as_of).';
COMMENT ON COLUMN costs.cost IS 'Number of the row where costs are kept.';
COMMENT ON COLUMN costs.source IS 'live, lab or sim.';
COMMENT ON COLUMN costs.call IS 'The call.';
COMMENT ON COLUMN costs.deck IS 'The tariff it was rated by.';
COMMENT ON COLUMN costs.version IS 'Version of the tariff.';
COMMENT ON COLUMN costs.prefix IS 'The rate''s prefix, also of a call that nobody answered; * for the rate of every number, empty where the deck has none for it.';
COMMENT ON COLUMN costs.billed_s IS 'Seconds that are charged for, in whole blocks.';
COMMENT ON COLUMN costs.amount IS 'The price, rounded as the carrier rounds; null: the tariff has no rate for it.';
COMMENT ON COLUMN costs.currency IS 'ISO 4217. Amounts of different currencies are never added up without a rate.';
COMMENT ON COLUMN costs.rated_at IS 'When it was rated.';
COMMENT ON COLUMN costs.again IS 'The call had been rated before.';

CREATE TABLE charges (
    source VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    whose VARCHAR NOT NULL,
    amount DECIMAL(18, 6) NOT NULL,
    currency VARCHAR NOT NULL,
    since VARCHAR NOT NULL
);
COMMENT ON TABLE charges IS 'What is paid whether or not anybody calls: by the month for trunks and numbers, by the hour for agents.';
COMMENT ON COLUMN charges.source IS 'live, lab or sim.';
COMMENT ON COLUMN charges.kind IS 'trunk, number: by the month. pool, agent: by the hour.';
COMMENT ON COLUMN charges.whose IS 'Which trunk, number, pool or agent; empty: every pool without a charge of its own.';
COMMENT ON COLUMN charges.amount IS 'How much.';
COMMENT ON COLUMN charges.currency IS 'ISO 4217.';
COMMENT ON COLUMN charges.since IS 'First day; it counts until the next row of the same kind and name.';

CREATE TABLE exchange (
    source VARCHAR NOT NULL,
    day DATE NOT NULL,
    base VARCHAR NOT NULL,
    quote VARCHAR NOT NULL,
    rate DECIMAL(24, 12) NOT NULL,
    origin VARCHAR NOT NULL,
    turned BOOLEAN NOT NULL
);
COMMENT ON TABLE exchange IS 'Rates of exchange, each pair both ways.';
COMMENT ON COLUMN exchange.source IS 'live, lab or sim.';
COMMENT ON COLUMN exchange.day IS 'First day on which it is in force; it is until the next one of its pair.';
COMMENT ON COLUMN exchange.base IS 'ISO 4217.';
COMMENT ON COLUMN exchange.quote IS 'ISO 4217.';
COMMENT ON COLUMN exchange.rate IS 'So much of the quote is one of the base.';
COMMENT ON COLUMN exchange.origin IS 'Who published it.';
COMMENT ON COLUMN exchange.turned IS 'Only the opposite rate was published: this is one divided by it, to 12 places.';

-- The calendar of the roll-ups: quarters of an hour, of which every day and hour of every zone is made.
CREATE OR REPLACE MACRO us_between(early, late) AS date_diff('microsecond', early, late);
COMMENT ON MACRO us_between IS 'Microseconds from one instant to another: whole numbers, whose sums are exact.';
CREATE OR REPLACE MACRO to_slot(moment) AS CAST(epoch_us(moment) // 900000000 AS INTEGER);
COMMENT ON MACRO to_slot IS 'The quarter of an hour (since 1970, in UTC) that an instant is in.';
CREATE OR REPLACE MACRO slot_at(slot) AS make_timestamptz(CAST(slot AS BIGINT) * 900000000);
COMMENT ON MACRO slot_at IS 'When a quarter of an hour begins.';
CREATE OR REPLACE MACRO first_slot(since) AS
    CASE WHEN isfinite(since::TIMESTAMPTZ)
        THEN CAST((epoch_us(since::TIMESTAMPTZ) + 899999999) // 900000000 AS INTEGER) ELSE -2000000000 END;
COMMENT ON MACRO first_slot IS 'The first quarter of an hour that is wholly in a period.';
CREATE OR REPLACE MACRO last_slot(until) AS
    CASE WHEN isfinite(until::TIMESTAMPTZ) THEN to_slot(until::TIMESTAMPTZ) ELSE 2000000000 END;
COMMENT ON MACRO last_slot IS 'The first quarter of an hour that is no longer wholly in a period.';
CREATE OR REPLACE MACRO to_step(seconds) AS CAST(round(ln(greatest(seconds, 0.001)) / ln(1.01)) AS INTEGER);
COMMENT ON MACRO to_step IS 'Where a duration falls among steps of 1 % each.';
CREATE OR REPLACE MACRO step_s(step) AS pow(1.01, step);
COMMENT ON MACRO step_s IS 'The duration that a step stands for: at most 0.5 % from each that falls there.';
CREATE OR REPLACE MACRO quantile_at(share, step, upto, calls) AS
    step_s(min(step) FILTER (WHERE upto > floor(share * (calls - 1))))
    + (share * (max(calls) - 1) - floor(share * (max(calls) - 1))) * (
        step_s(min(step) FILTER (WHERE upto > ceil(share * (calls - 1))))
        - step_s(min(step) FILTER (WHERE upto > floor(share * (calls - 1))))
    );
COMMENT ON MACRO quantile_at IS 'A percentile out of steps, how many calls are at or below each and in all: at most 0.5 % from that of the calls themselves.';
CREATE OR REPLACE MACRO ranked(delays) AS TABLE
SELECT
    d.* EXCLUDE (calls),
    sum(d.calls) OVER (alike ORDER BY d.step) AS upto,
    sum(d.calls) OVER alike AS calls
FROM query_table(delays) d
WINDOW alike AS (PARTITION BY row(*COLUMNS(d.* EXCLUDE (step, calls))));
COMMENT ON MACRO TABLE ranked IS 'What quantile_at asks, out of a query of that name: of calls at each step, how many are at or below it, and in all, among those alike in every other column.';
CREATE OR REPLACE MACRO total(calls, counts) AS CAST(coalesce(sum(calls) FILTER (WHERE counts), 0) AS BIGINT);
COMMENT ON MACRO total IS 'How many of the calls count.';
CREATE OR REPLACE MACRO asked(campaign, of_campaign, together) AS
    (of_campaign IS NULL OR campaign = of_campaign) AND (together IS NULL OR list_contains(together::VARCHAR[], campaign));
COMMENT ON MACRO asked IS 'Whether a campaign is asked about: one, or several taken together.';
CREATE OR REPLACE MACRO called(campaign, together) AS CASE WHEN together IS NULL THEN campaign ELSE '' END;
COMMENT ON MACRO called IS 'What a row is called: its campaign, or nothing where several are taken together.';

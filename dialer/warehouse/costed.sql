-- What calls cost, in their own currency or in one: once for each roll-up of costs.

CREATE OR REPLACE MACRO {macro}(since, until, of_campaign, of_list, of_trunk, together, as_of, in_currency) AS TABLE
SELECT
    c.* REPLACE (
        called(c.campaign, together) AS campaign,
        CASE WHEN x.rate IS NULL THEN c.currency ELSE in_currency END AS currency,
        c.amount * coalesce(x.rate, 1) AS amount
    ),
    c.campaign AS own_campaign, c.currency AS own_currency, c.amount AS own_amount,
    x.rate, x.since_day AS rate_day, x.origin AS rate_origin, x.turned AS rate_turned,
    o.answered, o.person, o.connected, o.abandoned, o.machine, o.effective, o.number_dead
FROM rolled_{roll}(since, until, as_of) c
LEFT JOIN outcomes o ON o.outcome = c.outcome
LEFT JOIN v_campaigns v ON v.campaign = c.campaign
LEFT JOIN exchanged(in_currency) x ON x.base = c.currency AND x.zone = coalesce(v.zone, 'UTC')
    AND c.slot >= x.first AND c.slot < x.last
WHERE asked(c.campaign, of_campaign, together)
  AND (of_list IS NULL OR c.list = of_list) AND (of_trunk IS NULL OR c.trunk = of_trunk);
COMMENT ON MACRO TABLE {macro} IS 'Calls that were placed in a period and their costs, summed{by}; in a currency, where there is a rate for the day.';

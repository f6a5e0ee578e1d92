// How amounts, days, rates and refused rows are shown.

import { Problem } from "../page.js";
import { language, t } from "../words.js";

export const number = (n) => new Intl.NumberFormat(language()).format(n);
export const day = (text) => text;
export const moment = (at) => new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);

// Amounts come as decimal text and stay it: no binary fraction is made of them.
export const amount = (text, currency) => `${text} ${currency}`.trim();

export const sums = (of) => Object.entries(of).map(([currency, text]) => amount(text, currency)).join(", ") || amount("0", "");

// Why a row was refused, in the reader's language.
export const refused = (one) => new Problem(422, { detail: one.reason, reason: one.because, values: one.values }, 0).text;

// A rate in a line: price of a minute, blocks, and whatever else it has.
export function rate(one) {
  if (!one) return "–";
  const more = [
    Number(one.connect_fee) && t("tariffs.with_fee", { amount: one.connect_fee }),
    Number(one.minimum) && t("tariffs.at_least", { amount: one.minimum }),
    one.maximum && t("tariffs.at_most", { amount: one.maximum }),
    one.days && t("tariffs.on_days", { days: one.days }), one.hours,
    one.valid_from && t("tariffs.from_day", { day: one.valid_from }), one.valid_to && t("tariffs.to_day", { day: one.valid_to }),
  ];
  return [`${one.per_minute} · ${one.first_s}/${one.increment_s}`, ...more.filter(Boolean)].join(" · ");
}

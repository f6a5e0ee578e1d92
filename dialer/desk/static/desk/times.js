// Spans and instants as people read them; the clocks of other zones.

import { language, t } from "../words.js";

export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

export function clock(at, zone) {
  return shown(at, zone, { hour: "2-digit", minute: "2-digit" });
}

export function day(at, zone) {
  return shown(at, zone, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}

// With its year: what may be long ago.
export function moment(at, zone) {
  return shown(at, zone, {
    year: "numeric", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}

export function date(at, zone) {
  return shown(at, zone, { weekday: "short", day: "numeric", month: "short" });
}

export function long(seconds) {
  if (seconds < 90) return t("time.seconds", { n: Math.round(seconds) });
  if (seconds < 5400) return t("time.minutes", { n: Math.round(seconds / 60) });
  return t("time.hours", { n: Math.round(seconds / 3600) });
}

// A zone as people call it: `Eastern Time`; so that nobody reads `America/New_York`.
export function zoneName(zone) {
  const parts = new Intl.DateTimeFormat(language(), { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts();
  return parts.find(({ type }) => type === "timeZoneName").value;
}

// A country's name; whatever is no country's code is told as it is.
export function regionName(code) {
  if (!/^[A-Z]{2}$/.test(code ?? "")) return code ?? "";
  return new Intl.DisplayNames(language(), { type: "region" }).of(code);
}

export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// Seconds since 1970 of a wall clock's `2026-11-25T18:30` in a zone.
export function instant(wall, zone) {
  const asUtc = Date.parse(`${wall}:00Z`);
  const near = asUtc - offset(asUtc, zone);
  return (asUtc - offset(near, zone)) / 1000; // once more: the guess may lie beyond a change of clocks
}

// `2026-11-25T18:30` of an instant, in a zone.
export function wall(at, zone) {
  const ms = at * 1000;
  return new Date(ms + offset(ms, zone)).toISOString().slice(0, 16);
}

function offset(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(ms);
  const of = (type) => Number(parts.find((one) => one.type === type).value);
  const there = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return there - Math.floor(ms / 1000) * 1000;
}

function shown(at, zone, how) {
  return new Intl.DateTimeFormat(language(), { ...how, timeZone: zone, hourCycle: "h23" }).format(at * 1000);
}

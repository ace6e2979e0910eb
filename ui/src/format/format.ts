/** Dates, durations, ages and numbers as text, in the system's locale. The one place that calls `Intl`. */

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const DAY_MS = DAY_S * 1000;

/** The system's locale. One without a language ("C", POSIX) writes numbers without separators; it gets English, day first. */
function systemLocale(): string | undefined {
  const { locale: system } = new Intl.DateTimeFormat().resolvedOptions();
  return system.includes("posix") ? "en-GB" : undefined;
}

let locale = systemLocale();
let zone: string | undefined;

/** Shows times in UTC or in the computer's zone. */
export function showTimesIn(timeZone: "local" | "UTC"): void {
  zone = timeZone === "UTC" ? "UTC" : undefined;
  formats.clear();
}

/** Fixes locale and zone; for tests. */
export function fixFormats(fixedLocale: string | undefined, fixedZone: string | undefined): void {
  locale = fixedLocale;
  zone = fixedZone;
  formats.clear();
  numberFormats.clear();
}

// Making a format costs far more than using it.
const formats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions, timeZone = zone): Intl.DateTimeFormat {
  const key = JSON.stringify([options, timeZone]);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, timeZone ? { ...options, timeZone } : options);
    formats.set(key, format);
  }
  return format;
}

type Instant = string | Date;
const toDate = (at: Instant): Date => (typeof at === "string" ? new Date(at) : at);

/** "23 Nov", with the year if it is not this one. */
export function formatDay(at: Instant, now: Date): string {
  const date = toDate(at);
  const year = dateFormat({ year: "numeric" });
  const sameYear = year.format(date) === year.format(now);
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  if (!sameYear) options.year = "numeric";
  return dateFormat(options).format(date);
}

/** A calendar day of the logs, which Entra keeps by UTC: "23 Nov" whatever the zone on screen. */
export function formatUtcDay(day: Instant, now: Date): string {
  const date = toDate(day);
  const sameYear = date.getUTCFullYear() === now.getUTCFullYear();
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  return dateFormat(sameYear ? options : { ...options, year: "numeric" }, "UTC").format(date);
}

/** "23 Nov 11:18" */
export function formatDayTime(at: Instant, now: Date): string {
  return `${formatDay(at, now)} ${formatTime(at)}`;
}

/** "11:18" */
export function formatTime(at: Instant): string {
  return dateFormat({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(toDate(at));
}

/** "23 Nov 11:18:42", for log rows. */
export function formatLogTime(at: Instant, now: Date): string {
  const time = dateFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return `${formatDay(at, now)} ${time.format(toDate(at))}`;
}

/** "Mon 23 Nov 2026, 11:24", for the sandbox clock. */
export function formatClock(at: Instant): string {
  const date = toDate(at);
  const day = dateFormat({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${day.format(date).replace(/,/g, "")}, ${formatTime(date)}`;
}

/** Full local time with zone, and UTC: for tooltips. */
export function formatFull(at: Instant): string {
  const date = toDate(at);
  const options: Intl.DateTimeFormatOptions = { dateStyle: "full", timeStyle: "long" };
  const local = dateFormat(options).format(date);
  return zone === "UTC" ? local : `${local}\n${formatUtc(date)}`;
}

/** "2026-11-23 10:18:42 UTC" */
export function formatUtc(at: Instant): string {
  return `${toDate(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Relative under two days ("4 min ago", "2 hours ago", "yesterday"), else the day. */
export function formatAgo(at: Instant, now: Date): string {
  const date = toDate(at);
  const seconds = Math.floor((now.getTime() - date.getTime()) / 1000);
  // The clock moves in steps, so what has just happened may lie a little ahead of it.
  if (seconds < -60) return formatDayTime(date, now);
  if (seconds < 60) return "just now";
  if (seconds < HOUR_S) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < DAY_S) {
    const hours = Math.floor(seconds / HOUR_S);
    return hours === 1 ? "1 hour ago" : `${hours} hours ago`;
  }
  if (seconds < 2 * DAY_S) return "yesterday";
  return formatDay(date, now);
}

/** Whole days from `at` to `now`; negative where `at` lies ahead. */
export function daysSince(at: Instant, now: Date): number {
  return Math.floor((now.getTime() - toDate(at).getTime()) / DAY_MS);
}

/** Whole days left until `at`, rounded up so that the last day still counts; 0 or less: passed. */
export function daysUntil(at: Instant, now: Date): number {
  return Math.ceil((toDate(at).getTime() - now.getTime()) / DAY_MS);
}

/** "42 d" in tables. */
export const formatAge = (days: number): string => `${formatNumber(days)} d`;

/** "42 days" in text. */
export const formatDays = (days: number): string => (days === 1 ? "1 day" : `${formatNumber(days)} days`);

const oneDigit = (value: number): string =>
  value >= 10 ? formatNumber(Math.round(value)) : formatNumber(value, { maximumFractionDigits: 1 });

/** "under 1 min", "6 min", "3.1 h", "1.4 days" */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return "under 1 min";
  if (seconds < HOUR_S) return `${Math.round(seconds / 60)} min`;
  if (seconds < DAY_S) {
    const hours = seconds / HOUR_S;
    return `${formatNumber(hours, { maximumFractionDigits: 1 })} h`;
  }
  const days = seconds / DAY_S;
  const text = oneDigit(days);
  return text === "1" ? "1 day" : `${text} days`;
}

/** "about 8 s", "about 2 min", for plans and what is left of a sync. */
export function formatAbout(seconds: number): string {
  if (seconds < 60) return `about ${Math.max(1, Math.round(seconds))} s`;
  return `about ${formatDuration(seconds)}`;
}

/** A number with the locale's separators. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = JSON.stringify(options);
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    numberFormats.set(key, format);
  }
  return format.format(value);
}

/** A share from 0 to 1 as the locale writes percent. */
export function formatPercent(share: number): string {
  return formatNumber(share, { style: "percent", maximumFractionDigits: 0 });
}

/** "1 guest", "1,087 guests" */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** "184 MB" */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${oneDigit(value)} ${units[unit]}`;
}

/** "7f3c…b3aa": an identifier where it has no room. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 4)}…${id.slice(-4)}`;
}

/** The zone in which times are shown: "Local time, UTC+01:00" or "UTC". */
export function zoneLabel(now: Date): string {
  if (zone === "UTC") return "Times in UTC";
  const minutes = -now.getTimezoneOffset();
  const sign = minutes < 0 ? "−" : "+";
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `Local time, UTC${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Longest text that reaches the page from a name or a mail: hostile ones are 64 kB. */
const LONGEST_TEXT = 256;

/** Text from outside, fit for one line: control and direction marks gone, at most 256 characters. */
export function plainText(text: string): string {
  const cut = text.length > LONGEST_TEXT * 2 ? text.slice(0, LONGEST_TEXT * 2) : text;
  const clean = cut.replace(/[\s\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, " ").trim();
  const characters = Array.from(clean);
  return characters.length > LONGEST_TEXT ? `${characters.slice(0, LONGEST_TEXT - 1).join("")}…` : clean;
}

/** A mail address in few characters with its domain visible: "grace.l…@northwind.example". */
export function middleEllipsis(mail: string, longest: number): string {
  if (mail.length <= longest) return mail;
  const at = mail.lastIndexOf("@");
  const domain = at < 0 ? "" : mail.slice(at);
  const room = longest - domain.length - 1;
  if (room < 3) return `${mail.slice(0, longest - 1)}…`;
  return `${mail.slice(0, room)}…${domain}`;
}

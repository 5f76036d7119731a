/** Where the months and years of the timeline stand, and which of them are named. */

import { day } from "./words.js";

/** Of the time of a bar, what is left to the next. */
const GAP = 0.1;
const ROOM_FOR_LABEL = 48;
/** Every how many months or years a label stands. */
const STEPS = { month: [1, 2, 3, 6, 12], year: [1, 2, 5, 10, 20, 50, 100] };

/**
 * Name months while there are few of them, and else years: each beneath its middle, and as many as
 * there is room for. A month names its year as well, where that is another than before.
 * @param {number[]} domain
 * @param {number} width
 */
export function ticks([first = 0, last = 0], width) {
  const isShort = last - first < 2 * 366 * 864e5;
  const spans = (isShort ? months : years)(new Date(first), new Date(last));
  const most = Math.max(1, Math.floor(width / ROOM_FOR_LABEL));
  const step = STEPS[isShort ? "month" : "year"].find((one) => spans.length / one <= most) ?? spans.length;
  const shown = spans.filter((one, at) => (isShort ? at : one.year) % step === 0);
  const labels = shown.map(({ year, middle }, at) => {
    const isOtherYear = shown[at - 1]?.year !== year;
    return isShort ? [`utcFormat(${middle}, '%b')`, isOtherYear && `'${day(String(year))}'`] : [`'${year}'`];
  });
  const cases = shown.map(
    ({ middle }, at) => `datum.value == ${middle} ? [${labels[at]?.filter(Boolean).join()}] : `,
  );
  return { values: shown.map((one) => one.middle), labelExpr: `${cases.join("")}''` };
}

/** @typedef {{year: number, middle: number}} Span */

/**
 * @param {Date} first
 * @param {Date} last Not included.
 * @returns {Span[]}
 */
function months(first, last) {
  const found = [];
  for (let at = Date.UTC(first.getUTCFullYear(), first.getUTCMonth()); at < last.valueOf(); ) {
    const year = new Date(at).getUTCFullYear();
    const next = Date.UTC(year, new Date(at).getUTCMonth() + 1);
    found.push({ year, middle: middle(at, next) });
    at = next;
  }
  return found;
}

/**
 * @param {Date} first
 * @param {Date} last Not included.
 * @returns {Span[]}
 */
function years(first, last) {
  const [from, to] = [first.getUTCFullYear(), last.getUTCFullYear()];
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
    .map((year) => ({ year, middle: middle(Date.UTC(year, 0), Date.UTC(year + 1, 0)) }))
    .filter((one) => one.middle >= first.valueOf() && one.middle < last.valueOf());
}

/**
 * The middle of a bar, which leaves a part of its time to the next.
 * @param {number} from
 * @param {number} next
 */
const middle = (from, next) => Math.round((from + next - (next - from) * GAP) / 2);

/** @param {string} value */
export function start(value) {
  const [year = 0, month = 1] = value.split("-").map(Number);
  return Date.UTC(year, month - 1);
}

/**
 * A part of the time is left between two bars.
 * @param {string} value
 */
export function end(value) {
  const [year = 0, month] = value.split("-").map(Number);
  const next = month ? Date.UTC(year, month) : Date.UTC(year + 1, 0);
  return next - (next - start(value)) * GAP;
}

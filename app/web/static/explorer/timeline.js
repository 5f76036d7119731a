/** When: meetings by month, or by year where there are too many months to see. */

import { filters, set, values } from "./address.js";
import { ask, once, path } from "./api.js";
import { draw } from "./chart.js";
import { h } from "./dom.js";
import { day, number, say, timeFormatLocale } from "./words.js";

const MOST_YEARS_BY_MONTH = 12;
const HEIGHT = 170;
/** Of the time of a bar, what is left to the next. */
const GAP = 0.1;
const ROOM_FOR_LABEL = 48;
/** Every how many months or years a label stands. */
const STEPS = { month: [1, 2, 3, 6, 12], year: [1, 2, 5, 10, 20, 50, 100] };
/** Meetings that the picture has room for at least, so that a single one is no wall. */
const LEAST_HEIGHT = 3;

/** @typedef {"month" | "year"} Unit */
/** @typedef {{value: string, meetings: number, isInside: boolean}} Bar */

/** @type {import("./view.js").View} */
export const timeline = {
  id: "timeline",
  title: "timeline",
  lead: "timelineIs",
  async ask(signal) {
    const { unit, asked, period } = await scope();
    const question = path("counts", asked, { by: unit, sort: "by", limit: 10000 });
    const [counts, ...notes] = await Promise.all([
      /** @type {Promise<Counts>} */ (ask(question, signal)),
      ...doubts(signal),
    ]);
    const bars = counts.data.flatMap((row) => bar(unit, row));
    const spanning = counts.data.find((row) => row[unit] === null)?.meetings ?? 0;
    return {
      paths: [question],
      unit: say(unit),
      isEmpty: counts.meetings_total === 0,
      content: [table(unit, bars)],
      picture: (element) => picture(element, bars, period),
      notes: [
        ...(values("date_from").length + values("date_to").length &&
        asked.get("date_from") == null &&
        asked.get("date_to") == null
          ? [say("amongOthers")]
          : []),
        ...(spanning ? [say("spanning", { n: Number(spanning), unit: say(unit) })] : []),
        ...notes.flat(),
      ],
    };
  },
};

/**
 * Tell of how many of the meetings that are chosen the year is not stated, and how many a source
 * contradicts.
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>[]}
 */
function doubts(signal) {
  const asked = filters();
  const every = /** @type {["year_basis" | "disputed", string, "yearsInferred" | "areDisputed"][]} */ ([
    ["year_basis", "inferred", "yearsInferred"],
    ["disputed", "true", "areDisputed"],
  ]);
  return every.map(async ([filter, value, word]) => {
    if (asked.has(filter)) return [];
    const found = await ask(path("meetings", asked, { [filter]: value, limit: 1, total: "exact" }), signal);
    return found.total.value ? [say(word, { n: found.total.value })] : [];
  });
}

/**
 * Choose by what to count, and of which meetings. The days that are chosen are shown among all
 * others, unless these are too many.
 * @returns {Promise<{unit: Unit, asked: URLSearchParams, period: [string, string]}>}
 */
async function scope() {
  const { period } = /** @type {DatasetState} */ (await once("/v1/dataset"));
  const [from, to] = [values("date_from")[0], values("date_to")[0]];
  const all = filters("date_from", "date_to", "date_match");
  if (!period) return { unit: "month", asked: all, period: ["1970-01", "1970-12"] };
  const every = /** @type {[string, string]} */ ([period.earliest, period.latest]);
  const chosen = /** @type {[string, string]} */ ([from ?? period.earliest, to ?? period.latest]);
  if (isShort(every)) return { unit: "month", asked: all, period: every };
  if ((from || to) && isShort(chosen)) return { unit: "month", asked: filters(), period: chosen };
  return { unit: "year", asked: all, period: every };
}

/** @param {[string, string]} period */
const isShort = ([first, last]) => Number(last.slice(0, 4)) - Number(first.slice(0, 4)) < MOST_YEARS_BY_MONTH;

/**
 * @param {Unit} unit
 * @param {Record<string, string | number | null>} row
 * @returns {Bar[]}
 */
function bar(unit, row) {
  const value = row[unit];
  if (value == null) return [];
  const text = String(value);
  const [from = "", to = "9"] = [values("date_from")[0], values("date_to")[0]];
  const isInside =
    text >= from.slice(0, text.length) && text <= to.padEnd(text.length, "9").slice(0, text.length);
  return [{ value: text, meetings: Number(row["meetings"]), isInside }];
}

/** @param {string} value */
function pick(value) {
  const isChosen = values("date_from")[0] === value && values("date_to")[0] === value;
  set({ date_from: isChosen ? null : value, date_to: isChosen ? null : value });
}

/**
 * @param {Unit} unit
 * @param {Bar[]} bars
 */
function table(unit, bars) {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "timeline-title" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, say(unit)),
          h("th", { scope: "col", class: "number" }, say("number")),
        ),
      ),
      h(
        "tbody",
        {},
        ...bars.map((one) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, button(one)),
            h("td", { class: "number" }, number(one.meetings)),
          ),
        ),
      ),
    ),
  );
}

/** @param {Bar} one */
function button({ value, isInside }) {
  const isChosen = isInside && values("date_from").length > 0;
  return h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-pressed": isChosen,
      "data-key": value,
      onclick: () => pick(value),
    },
    day(value),
  );
}

/**
 * @param {HTMLElement} element
 * @param {Bar[]} bars
 * @param {[string, string]} period
 */
function picture(element, bars, [earliest, latest]) {
  const data = bars.map(({ value, meetings, isInside }) => ({
    pick: value,
    meetings,
    isInside,
    from: start(value),
    to: end(value),
    text: `${day(value)}${say("colon")}${say("meetings", { n: meetings })}`,
  }));
  const most = Math.max(...bars.map((one) => one.meetings));
  const domain = [
    Math.min(start(earliest.slice(0, 7)), ...data.map((one) => one.from)),
    Math.max(end(latest.slice(0, 7)), ...data.map((one) => one.to)),
  ];
  const spec = {
    width: "container",
    height: HEIGHT,
    autosize: { type: "fit-x", contains: "padding" },
    data: { values: data },
    mark: { type: "rect", cursor: "pointer", clip: true },
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        scale: { domain, nice: false, zero: false },
        title: null,
        axis: { grid: false, ticks: false, labelOverlap: true, ...ticks(domain, element.clientWidth) },
      },
      x2: { field: "to" },
      y: {
        field: "meetings",
        type: "quantitative",
        title: null,
        scale: { zero: true, domainMax: Math.max(LEAST_HEIGHT, most) },
        axis: {
          tickCount: Math.min(4, Math.max(LEAST_HEIGHT, most)),
          format: ",d",
          domain: false,
          ticks: false,
        },
      },
      y2: { datum: 0 },
      fill: { condition: { test: "datum.isInside", value: "var(--accent)" }, value: "var(--edge)" },
      tooltip: { field: "text", type: "nominal" },
    },
  };
  return draw(element, spec, { onPick: (datum) => pick(datum.pick), timeFormatLocale: timeFormatLocale() });
}

/**
 * Name months while there are few of them, and else years: each beneath its middle, and as many as
 * there is room for. A month names its year as well, where that is another than before.
 * @param {number[]} domain
 * @param {number} width
 */
function ticks([first = 0, last = 0], width) {
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
function start(value) {
  const [year = 0, month = 1] = value.split("-").map(Number);
  return Date.UTC(year, month - 1);
}

/**
 * A part of the time is left between two bars.
 * @param {string} value
 */
function end(value) {
  const [year = 0, month] = value.split("-").map(Number);
  const next = month ? Date.UTC(year, month) : Date.UTC(year + 1, 0);
  return next - (next - start(value)) * GAP;
}

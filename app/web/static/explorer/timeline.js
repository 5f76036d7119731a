/** When: meetings by month, or by year where there are too many months to see. */

import { filters, set, values } from "./address.js";
import { ask, once, path } from "./api.js";
import { end, start, ticks } from "./axis.js";
import { draw } from "./chart.js";
import { h } from "./dom.js";
import { day, number, say, timeFormatLocale } from "./words.js";

const MOST_YEARS_BY_MONTH = 12;
const HEIGHT = 170;
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
    const [question, ofFound] = [byUnit(unit, asked), byUnit(unit, filters())];
    const counting = /** @type {Promise<Counts>} */ (ask(question, signal));
    const [counts, ...notes] = await Promise.all([
      counting,
      lessExact(unit, question === ofFound ? counting : ask(ofFound, signal), signal),
      ...doubts(signal),
    ]);
    const bars = counts.data.flatMap((row) => bar(unit, row));
    return {
      paths: [question],
      unit: say(unit),
      isEmpty: counts.meetings_total === 0,
      content: [table(unit, bars)],
      picture: (element) => picture(element, bars, period),
      notes: [
        ...(areDatesChosen() && !asked.has("date_from") && !asked.has("date_to") ? [say("amongOthers")] : []),
        ...notes.flat(),
      ],
    };
  },
};

/**
 * @param {Unit} unit
 * @param {URLSearchParams} asked
 */
const byUnit = (unit, asked) => path("counts", asked, { by: unit, sort: "by", limit: 10000 });

const areDatesChosen = () => values("date_from").length + values("date_to").length > 0;

/**
 * Tell how many of the meetings that are found stand in no bar, and how many of them may have been
 * on other days than those that are chosen.
 * @param {Unit} unit
 * @param {Promise<Counts>} counting
 * @param {AbortSignal} signal
 */
async function lessExact(unit, counting, signal) {
  const counts = await counting;
  const spanning = Number(counts.data.find((row) => row[unit] === null)?.meetings ?? 0);
  const beyond = areDatesChosen() ? counts.meetings_total - (await total("date_match", "within", signal)) : 0;
  return [
    ...(spanning ? [say("spanning", { n: spanning, unit: say(unit) })] : []),
    ...(beyond ? [say("beyond", { n: beyond })] : []),
  ];
}

/**
 * Count the meetings that are found, if this filter has this value.
 * @param {string} filter
 * @param {string} value
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
async function total(filter, value, signal) {
  const question = path("meetings", filters(), { [filter]: value, limit: 1, total: "exact" });
  return (await ask(question, signal)).total.value;
}

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
    const n = await total(filter, value, signal);
    return n ? [say(word, { n })] : [];
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

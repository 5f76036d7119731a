/** On what: which countries met on which themes, as a table whose cells are the darker the more. */

import { filters, isChosen, narrow, values } from "./address.js";
import { ask, path } from "./api.js";
import { h } from "./dom.js";
import { called, learnAll } from "./names.js";
import { compact, say } from "./words.js";

const MOST_ROWS = 3000;
const MOST_COUNTRIES = 12;
const MOST_THEMES = 24;
const SHADES = 5;

/** @type {import("./view.js").View} */
export const matrix = {
  id: "matrix",
  title: "matrix",
  lead: "matrixIs",
  async ask(signal) {
    const question = path("counts", filters(), { by: ["country", "theme"], limit: MOST_ROWS, ...rolledUp() });
    const counts = /** @type {Counts} */ (await ask(question, signal));
    learnAll(counts.labels);
    const known = counts.data.filter((row) => row["country"] != null && row["theme"] != null);
    const [countries, themes] = [order(known, "country"), order(known, "theme")];
    const [columns, rows] = [countries.slice(0, MOST_COUNTRIES), themes.slice(0, MOST_THEMES)];
    return {
      paths: [question],
      isEmpty: !known.length,
      content: [table(columns, rows, cells(known))],
      notes: notes(counts, countries, themes),
    };
  },
};

/** A theme includes narrower ones, as it does where meetings are found by it. */
const rolledUp = () =>
  /** @type {Record<string, string>} */ (values("theme_match")[0] === "exact" ? {} : { rollup: "true" });

/**
 * Order the values of a dimension, those of the fullest rows first.
 * @param {Counts["data"]} rows
 * @param {"country" | "theme"} name
 */
function order(rows, name) {
  const sums = /** @type {Map<string, number>} */ (new Map());
  for (const row of rows)
    sums.set(String(row[name]), (sums.get(String(row[name])) ?? 0) + Number(row["meetings"]));
  return [...sums.keys()].sort((one, other) => (sums.get(other) ?? 0) - (sums.get(one) ?? 0));
}

/** @param {Counts["data"]} rows */
const cells = (rows) =>
  new Map(rows.map((row) => [`${row["country"]} ${row["theme"]}`, Number(row["meetings"])]));

/**
 * @param {Counts} counts
 * @param {string[]} countries
 * @param {string[]} themes
 */
function notes(counts, countries, themes) {
  const isCut = countries.length > MOST_COUNTRIES || themes.length > MOST_THEMES;
  const cut = {
    countries: Math.min(MOST_COUNTRIES, countries.length),
    allCountries: countries.length,
    themes: Math.min(MOST_THEMES, themes.length),
    allThemes: themes.length,
  };
  const least = Number(counts.data.at(-1)?.["meetings"] ?? 0) + 1;
  return [
    ...(values("theme_basis").length ? [] : [say("statedOnly")]),
    ...(isCut ? [say("matrixCut", cut)] : []),
    ...(counts.rows_total > counts.data.length ? [say("fewer", { n: least })] : []),
  ];
}

/**
 * @param {string[]} columns
 * @param {string[]} rows
 * @param {Map<string, number>} found
 */
function table(columns, rows, found) {
  const most = Math.max(...found.values());
  const head = columns.map((id) =>
    h("th", { scope: "col" }, h("span", { class: "upright" }, value("country", id))),
  );
  const body = rows.map((theme) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, value("theme", theme)),
      ...columns.map((country) => cell(country, theme, found.get(`${country} ${theme}`) ?? 0, most)),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "matrix-title" },
    h(
      "table",
      { class: "matrix" },
      h("thead", {}, h("tr", {}, h("td", {}), ...head)),
      h("tbody", {}, ...body),
    ),
  );
}

/**
 * @param {"country" | "theme"} filter
 * @param {string} id
 */
function value(filter, id) {
  const name = called(filter === "country" ? "countries" : "themes", id);
  return h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-pressed": isChosen(filter, id),
      "data-key": `${filter}-${id}`,
      onclick: () => narrow({ [filter]: id }),
    },
    name,
  );
}

/**
 * @param {string} country
 * @param {string} theme
 * @param {number} meetings
 * @param {number} most
 */
function cell(country, theme, meetings, most) {
  if (!meetings) return h("td", {});
  // Of many that are seldom and a few that are frequent all are to be seen.
  const shade = Math.ceil(Math.sqrt(meetings / most) * SHADES);
  const label = `${called("countries", country)}, ${called("themes", theme)}${say("colon")}${say("meetings", { n: meetings })}`;
  const choose = () => narrow({ country, theme });
  return h(
    "td",
    {},
    h(
      "button",
      {
        type: "button",
        class: `shade shade-${shade}`,
        "aria-label": label,
        title: label,
        "data-key": `${country}-${theme}`,
        onclick: choose,
      },
      compact(meetings),
    ),
  );
}

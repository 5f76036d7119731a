/** The bar of filters: what can be chosen. It is made once for a language, and then kept up to date. */

import { set, values } from "./address.js";
import { all, MOST_RECORDS, once } from "./api.js";
import { fill, h, the } from "./dom.js";
import { list, showList } from "./lists.js";
import { called, learn } from "./names.js";
import { follow, search, showSearch } from "./search.js";
import { current, day, say, saying } from "./words.js";

const MODES = /** @type {const} */ (["in_person", "video", "phone", "hybrid", "unknown"]);
const MOST_COUNTRIES = 1000;
const QUICK_YEARS = 4;
const OTHER = "other";
let made = "";

/**
 * Show the bar as the address has it.
 * @returns {Promise<void>}
 */
export async function showFilters() {
  const [countries, tree, dataset] = await Promise.all([
    all(`/v1/countries?has_meetings=true&limit=${MOST_RECORDS}`, MOST_COUNTRIES),
    once("/v1/theme-tree"),
    once("/v1/dataset"),
  ]);
  for (const { id, name } of countries) learn("countries", id, name);
  learnThemes(tree.data);
  if (made !== current()) make(countries, tree.data, dataset.period);
  made = current();
  keepUp();
}

/**
 * @param {Country[]} countries
 * @param {ThemeNode[]} tree
 * @param {DatasetState["period"]} period
 */
function make(countries, tree, period) {
  const named = countries.map((one) => ({ ...one, narrower: [], text: called("countries", one.id) }));
  named.sort((one, other) => one.text.localeCompare(other.text, current()));
  const hosts = named.map(({ id, text }) => h("option", { value: id }, text));
  fill(
    the("filters"),
    search(),
    list("country", "countries", named),
    list("theme", "themes", tree),
    dates(period),
    field("host", select("host", [h("option", { value: "none" }, say("unknownHost")), ...hosts])),
    field(
      "mode",
      select(
        "mode",
        MODES.map((one) => h("option", { value: one }, saying(one))),
      ),
    ),
  );
}

/** Put the values of the address into the controls. */
function keepUp() {
  showSearch();
  showList("country");
  showList("theme");
  for (const name of ["date_from", "date_to"])
    follow(/** @type {HTMLInputElement} */ (the(name)), values(name)[0] ?? "");
  for (const name of ["host", "mode"])
    /** @type {HTMLSelectElement} */ (the(name)).value = values(name)[0] ?? "";
  const quick = document.getElementById("quick");
  if (!(quick instanceof HTMLSelectElement)) return;
  quick.value = `${values("date_from")[0] ?? ""}/${values("date_to")[0] ?? ""}`;
  if (quick.selectedIndex < 0) quick.value = OTHER;
}

/** @param {ThemeNode[]} nodes */
function learnThemes(nodes) {
  for (const { id, label, narrower } of nodes) {
    learn("themes", id, label);
    learnThemes(narrower);
  }
}

/** @param {DatasetState["period"]} period */
function dates(period) {
  return h(
    "div",
    { class: "field dates", role: "group", "aria-label": say("date") },
    bound("date_from", "from"),
    bound("date_to", "to"),
    period && quick(period),
  );
}

/**
 * @param {"date_from" | "date_to"} name
 * @param {"from" | "to"} word
 */
function bound(name, word) {
  const input = h("input", {
    id: name,
    inputmode: "numeric",
    size: 10,
    autocomplete: "off",
    placeholder: "2023-06",
    title: say("dateHint"),
    onchange: () => set({ [name]: date(input.value) || null }),
  });
  return h("span", {}, h("label", { for: name }, say(word)), input);
}

/**
 * Write a date as the API does, if it is one in other clothes: 2023/6/8, 2023年6月, 2023年.
 * @param {string} text
 */
function date(text) {
  const numbers =
    /^\s*(\d{4})\s*年\s*$/.exec(text) ??
    /^\s*(\d{4})\D+(\d{1,2})(?:\D+(\d{1,2}))?\D*$/.exec(text);
  if (!numbers) return text.trim();
  const [, year, ...rest] = numbers;
  return [year, ...rest.filter(Boolean).map((one) => one.padStart(2, "0"))].join("-");
}

/** @param {NonNullable<DatasetState["period"]>} period */
function quick({ earliest, latest }) {
  const last = Number(latest.slice(0, 4));
  const years = Array.from(
    { length: Math.min(QUICK_YEARS, last - Number(earliest.slice(0, 4)) + 1) },
    (_, ago) => String(last - ago),
  );
  const choices = /** @type {[string, string][]} */ ([
    ["/", say("allDates")],
    [`${monthsBefore(latest, 11)}/${latest.slice(0, 7)}`, say("lastYear")],
    ...years.map((year) => [`${year}/${year}`, day(year)]),
  ]);
  const choose = (/** @type {string} */ value) => {
    const [from = "", to = ""] = value.split("/");
    return { date_from: from || null, date_to: to || null };
  };
  const options = choices.map(([value, text]) => h("option", { value }, text));
  options.push(h("option", { value: OTHER, disabled: true, hidden: true }, say("otherDates")));
  return h("span", {}, h("label", { for: "quick" }, say("quick")), chooser("quick", options, choose));
}

/**
 * @param {string} date
 * @param {number} months
 */
function monthsBefore(date, months) {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months)).toISOString().slice(0, 7);
}

/**
 * @param {"host" | "mode"} name
 * @param {HTMLOptionElement[]} options
 */
function select(name, options) {
  return chooser(name, [h("option", { value: "" }, say("any")), ...options], (value) => ({
    [name]: value || null,
  }));
}

/**
 * Let one be chosen. To go through the choices by keys makes one entry of the history, not many.
 * @param {string} id
 * @param {HTMLOptionElement[]} options
 * @param {(value: string) => Record<string, string | null>} given
 */
function chooser(id, options, given) {
  let isChanged = false;
  const choose = () => {
    set(given(control.value), { instead: isChanged });
    isChanged = true;
  };
  const control = h("select", { id, onchange: choose, onfocus: () => (isChanged = false) }, ...options);
  return control;
}

/**
 * @param {"host" | "mode"} name
 * @param {HTMLElement} control
 */
const field = (name, control) => h("div", { class: "field" }, h("label", { for: name }, say(name)), control);

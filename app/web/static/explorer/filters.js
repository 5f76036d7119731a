/** The bar of filters: what can be chosen. */

import { set, toggle, values } from "./address.js";
import { once } from "./api.js";
import { showChosen } from "./chosen.js";
import { fill, h, the } from "./dom.js";
import { called, learn } from "./names.js";
import { search } from "./search.js";
import { isChosen } from "./view.js";
import { current, day, number, say } from "./words.js";

const MODES = /** @type {const} */ (["in_person", "video", "phone", "hybrid", "unknown"]);
const QUICK_YEARS = 4;

/** Show the bar as the address has it. */
export async function showFilters() {
  const bar = the("filters");
  const focused = bar.contains(document.activeElement) ? document.activeElement?.id : "";
  const isOpen = bar.querySelector("details.themes")?.hasAttribute("open") ?? false;
  const scrolled = bar.querySelector(".tree")?.scrollTop ?? 0;
  const [countries, tree, dataset] = await Promise.all([
    once("/v1/countries?has_meetings=true&limit=1000"),
    once("/v1/theme-tree"),
    once("/v1/dataset"),
  ]);
  for (const { id, name } of countries.data) learn("countries", id, name);
  learnThemes(tree.data);
  fill(
    bar,
    search(),
    country(countries.data),
    themes(tree.data, isOpen),
    dates(dataset.period),
    host(countries.data),
    mode(),
  );
  bar.querySelector(".tree")?.scrollTo(0, scrolled);
  if (focused) document.getElementById(focused)?.focus();
  await showChosen();
}

/**
 * Close the list of themes when somebody turns to something else.
 * @param {Event} event
 */
export function closeThemes(event) {
  const open = document.querySelector("details.themes[open]");
  const isLeft =
    event instanceof KeyboardEvent
      ? event.key === "Escape"
      : !open?.contains(/** @type {Node} */ (event.target));
  if (open && isLeft) open.removeAttribute("open");
}

/** @param {ThemeNode[]} nodes */
function learnThemes(nodes) {
  for (const { id, label, narrower } of nodes) {
    learn("themes", id, label);
    learnThemes(narrower);
  }
}

/** @param {Country[]} every */
function country(every) {
  const add = (/** @type {Event} */ event) =>
    toggle("country", /** @type {HTMLSelectElement} */ (event.target).value);
  const others = every.filter(({ id }) => !isChosen("country", id));
  return field(
    "country",
    h(
      "select",
      { id: "country", onchange: add },
      h("option", { value: "" }, say("addCountry")),
      ...options(others, true),
    ),
  );
}

/**
 * @param {Country[]} every
 * @param {boolean} withNumber
 */
function options(every, withNumber) {
  const named = every.map(({ id, meetings }) => ({ id, meetings, name: called("countries", id) }));
  named.sort((one, other) => one.name.localeCompare(other.name, current()));
  return named.map(({ id, meetings, name }) =>
    h("option", { value: id }, withNumber ? `${name} (${number(meetings)})` : name),
  );
}

/**
 * @param {ThemeNode[]} tree
 * @param {boolean} isOpen
 */
function themes(tree, isOpen) {
  const many = values("theme").length;
  return h(
    "div",
    { class: "field" },
    h("span", { class: "label", id: "theme-label" }, say("theme")),
    h(
      "details",
      { class: "themes", open: isOpen },
      h(
        "summary",
        { id: "theme", "aria-describedby": "theme-label" },
        many ? `${say("themes")} (${number(many)})` : say("themes"),
      ),
      h("div", { class: "tree" }, branch(tree)),
    ),
  );
}

/**
 * @param {ThemeNode[]} nodes
 * @returns {HTMLElement}
 */
function branch(nodes) {
  return h(
    "ul",
    {},
    ...nodes.map((node) => h("li", {}, leaf(node), node.narrower.length > 0 && branch(node.narrower))),
  );
}

/** @param {ThemeNode} node */
function leaf({ id, meetings }) {
  const box = h("input", {
    type: "checkbox",
    id: `theme-${id}`,
    checked: isChosen("theme", id),
    onchange: () => toggle("theme", id),
  });
  return h("label", {}, box, called("themes", id), " ", h("span", { class: "quiet" }, number(meetings)));
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
    value: values(name)[0] ?? "",
    onchange: () => set({ [name]: input.value.trim() || null }),
  });
  return h("span", {}, h("label", { for: name }, say(word)), input);
}

/** @param {NonNullable<DatasetState["period"]>} period */
function quick({ earliest, latest }) {
  const last = Number(latest.slice(0, 4));
  const years = Array.from(
    { length: Math.min(QUICK_YEARS, last - Number(earliest.slice(0, 4)) + 1) },
    (_, ago) => String(last - ago),
  );
  const choose = (/** @type {Event} */ event) => {
    const [from = "", to = ""] = /** @type {HTMLSelectElement} */ (event.target).value.split("/");
    set({ date_from: from || null, date_to: to || null });
  };
  const now = `${values("date_from")[0] ?? ""}/${values("date_to")[0] ?? ""}`;
  const choices = /** @type {[string, string][]} */ ([
    ["/", say("allDates")],
    [`${monthsBefore(latest, 11)}/${latest.slice(0, 7)}`, say("lastYear")],
    ...years.map((year) => [`${year}/${year}`, day(year)]),
  ]);
  const isListed = choices.some(([value]) => value === now);
  return h(
    "span",
    {},
    h("label", { for: "quick" }, say("quick")),
    h(
      "select",
      { id: "quick", onchange: choose },
      !isListed && h("option", { value: now, selected: true }, "…"),
      ...choices.map(([value, text]) => h("option", { value, selected: value === now }, text)),
    ),
  );
}

/**
 * @param {string} date
 * @param {number} months
 */
function monthsBefore(date, months) {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months)).toISOString().slice(0, 7);
}

/** @param {Country[]} every */
function host(every) {
  const list = [h("option", { value: "none" }, say("unknownHost")), ...options(every, false)];
  return field("host", choice("host", list));
}

function mode() {
  return field(
    "mode",
    choice(
      "mode",
      MODES.map((one) => h("option", { value: one }, say(one))),
    ),
  );
}

/**
 * @param {"host" | "mode"} name
 * @param {HTMLOptionElement[]} list
 */
function choice(name, list) {
  const select = h(
    "select",
    { id: name, onchange: () => set({ [name]: select.value || null }) },
    h("option", { value: "" }, say("any")),
    ...list,
  );
  select.value = values(name)[0] ?? "";
  return select;
}

/**
 * @param {"country" | "host" | "mode"} name
 * @param {HTMLElement} control
 */
const field = (name, control) => h("div", { class: "field" }, h("label", { for: name }, say(name)), control);

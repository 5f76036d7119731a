/** What is chosen: a button for each value of a filter, which takes it away. */

import { clear, filters, set, values } from "./address.js";
import { fill, h, the } from "./dom.js";
import { isWrong } from "./fault.js";
import { nameOf } from "./names.js";
import { day, filterName, say, valueName } from "./words.js";

/** Show what is chosen; a filter that does not exist as well. */
export async function showChosen() {
  const asked = String(filters());
  const given = grouped(filters());
  const names = await Promise.all(given.map(([name, value]) => told(name, value)));
  if (asked !== String(filters())) return;
  const chosen = the("chosen");
  const focused = [...chosen.querySelectorAll("button")].indexOf(
    /** @type {HTMLButtonElement} */ (document.activeElement),
  );
  fill(
    chosen,
    ...given.flatMap(([name, value], at) => chip(name, value, names[at] ?? value, given[at - 1]?.[0])),
  );
  if (given.length > 1)
    chosen.append(h("button", { type: "button", class: "plain", onclick: clear }, say("clear")));
  chosen.hidden = !given.length;
  if (focused < 0) return;
  const buttons = chosen.querySelectorAll("button");
  (buttons[Math.min(focused, buttons.length - 1)] ?? the("q")).focus();
}

/**
 * Give each filter with each of its values, those of one filter together.
 * @param {URLSearchParams} some
 * @returns {[string, string][]}
 */
const grouped = (some) =>
  [...new Set(some.keys())].flatMap((name) =>
    some.getAll(name).map((value) => /** @type {[string, string]} */ ([name, value])),
  );

/**
 * @param {string} name
 * @param {string} value
 * @param {string} label
 * @param {string} [previous] The filter of the chip before: values of the same are alternatives.
 */
function chip(name, value, label, previous) {
  const remove = () => set({ [name]: values(name).filter((one) => one !== value) });
  const all = `${filterName(name)}${say("colon")}${label}`;
  const button = h(
    "button",
    {
      type: "button",
      class: isWrong(name) ? "chip wrong" : "chip",
      "aria-label": say("remove", { name: all }),
      "data-filter": name,
      onclick: remove,
    },
    all,
    h("span", { "aria-hidden": "true" }, " ×"),
  );
  const areAlternatives = name === previous && !/_(all|not)$/.test(name);
  return areAlternatives ? [h("span", { class: "quiet" }, say("or")), button] : [button];
}

/**
 * @param {string} name
 * @param {string} value
 */
async function told(name, value) {
  if (name.startsWith("date_")) return day(value);
  return valueName(name, value) ?? (await nameOf(name, value));
}

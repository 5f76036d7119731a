/** What is chosen: a button for each value of a filter, which takes it away. */

import { clear, filters, set, values } from "./address.js";
import { fill, h, the } from "./dom.js";
import { nameOf } from "./names.js";
import { day, say, saying } from "./words.js";

/** Show what is chosen; a filter that does not exist as well. */
export async function showChosen() {
  const chosen = the("chosen");
  const given = [...filters()];
  const names = await Promise.all(given.map(([name, value]) => told(name, value)));
  fill(
    chosen,
    ...given.map(([name, value], at) => chip(name, value, names[at] ?? value)),
    given.length > 1 && h("button", { type: "button", class: "plain", onclick: clear }, say("clear")),
  );
  chosen.hidden = !given.length;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} label
 */
function chip(name, value, label) {
  const remove = () => set({ [name]: values(name).filter((one) => one !== value) });
  const all = `${saying(name)}${say("colon")}${label}`;
  return h(
    "button",
    { type: "button", class: "chip", "aria-label": say("remove", { name: all }), onclick: remove },
    all,
    h("span", { "aria-hidden": "true" }, " ×"),
  );
}

/**
 * @param {string} name
 * @param {string} value
 */
async function told(name, value) {
  if (name === "host" && value === "none") return say("unknown");
  if (name.startsWith("date_") && /^\d/.test(value)) return day(value);
  return name === "mode" ? saying(value) : nameOf(name, value);
}

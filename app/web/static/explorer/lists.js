/** Lists of which several may be chosen, as countries and the tree of themes: boxes that fold away. */

import { toggle, values } from "./address.js";
import { h, the } from "./dom.js";
import { called } from "./names.js";
import { filterName, number, say } from "./words.js";

/** @typedef {{id: string, meetings: number, narrower: Node[]}} Node */

/**
 * Make a list of boxes.
 * @param {"country" | "theme"} name
 * @param {"countries" | "themes"} collection
 * @param {Node[]} nodes
 */
export function list(name, collection, nodes) {
  return h(
    "div",
    { class: "field" },
    h("span", { class: "label", "aria-hidden": "true" }, filterName(name)),
    h(
      "details",
      { class: "list" },
      h("summary", { id: name }),
      h("div", { class: "tree" }, branch(name, collection, nodes)),
    ),
  );
}

/**
 * Tick what is chosen, and say how many.
 * @param {"country" | "theme"} name
 */
export function showList(name) {
  const chosen = new Set([...values(name), ...values(`${name}_all`)]);
  const summary = the(name);
  for (const box of summary.parentElement?.querySelectorAll("input") ?? [])
    box.checked = chosen.has(box.value);
  const said = chosen.size ? say("many", { n: chosen.size }) : say("any");
  summary.textContent = said;
  summary.setAttribute("aria-label", `${filterName(name)}${say("colon")}${said}`);
}

/**
 * @param {string} name
 * @param {string} collection
 * @param {Node[]} nodes
 * @returns {HTMLElement}
 */
function branch(name, collection, nodes) {
  return h(
    "ul",
    {},
    ...nodes.map((node) =>
      h(
        "li",
        {},
        leaf(name, collection, node),
        node.narrower.length > 0 && branch(name, collection, node.narrower),
      ),
    ),
  );
}

/**
 * @param {string} name
 * @param {string} collection
 * @param {Node} node
 */
function leaf(name, collection, { id, meetings }) {
  const box = h("input", { type: "checkbox", value: id, onchange: () => turn(name, id) });
  return h("label", {}, box, called(collection, id), " ", h("span", { class: "quiet" }, number(meetings)));
}

/**
 * Choose a value, or give it up, be it an alternative or one that must be there.
 * @param {string} name
 * @param {string} id
 */
function turn(name, id) {
  toggle(values(`${name}_all`).includes(id) ? `${name}_all` : name, id);
}

/**
 * Fold lists away when somebody turns to something else; who was in one goes on from its head.
 * @param {Event} event
 */
function fold(event) {
  for (const open of document.querySelectorAll("details.list[open]")) {
    const isWithin = open.contains(/** @type {globalThis.Node} */ (event.target));
    if (event instanceof KeyboardEvent ? event.key !== "Escape" : isWithin) continue;
    open.removeAttribute("open");
    if (event instanceof KeyboardEvent && isWithin) open.querySelector("summary")?.focus();
  }
}

for (const name of ["pointerdown", "keydown", "focusin"]) addEventListener(name, fold);

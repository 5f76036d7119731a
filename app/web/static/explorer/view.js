/** The frame of a view: its heading, what it shows while it waits, finds nothing or is refused. */

import { Refused } from "./api.js";
import { calls } from "./calls.js";
import { isReady } from "./chart.js";
import { againButton, tellFault } from "./fault.js";
import { fill, h, the } from "./dom.js";
import { say } from "./words.js";

/**
 * @typedef {object} Shown What a view has to show.
 * @property {string[]} paths What was asked.
 * @property {import("./dom.js").Child[]} content What is shown, or the table if there is a picture.
 * @property {((element: HTMLElement) => Promise<void> | void)} [picture] Draws the picture.
 * @property {string[]} [notes] What is to be known beside it.
 * @property {import("./dom.js").Child[]} [always] What is shown above, even if nothing was found.
 * @property {boolean} [isEmpty]
 * @property {string} [unit] What the lead calls what is counted by.
 */

/**
 * @typedef {object} View
 * @property {string} id
 * @property {import("./words.js").Word} title
 * @property {import("./words.js").Word} lead
 * @property {(signal: AbortSignal) => Promise<Shown>} ask
 * @property {() => HTMLElement} [controls]
 */

/** @type {Map<string, AbortController>} */
const waiting = new Map();
/** @type {Set<string>} The views that are shown as tables. */
const asTable = new Set();

/**
 * Ask for what a view shows, and show it; a later question overtakes an earlier one.
 * @param {View} view
 */
export async function show(view) {
  const section = the(view.id);
  waiting.get(view.id)?.abort();
  const asking = new AbortController();
  waiting.set(view.id, asking);
  section.setAttribute("aria-busy", "true");
  if (!section.firstChild) fill(section, heading(view), waitingLine());
  try {
    const shown = await view.ask(asking.signal);
    if (!asking.signal.aborted) await put(section, view, shown);
  } catch (error) {
    if (asking.signal.aborted) return;
    refocused(section, () => fill(section, heading(view), failure(error)));
  }
  if (!asking.signal.aborted) section.removeAttribute("aria-busy");
}

const waitingLine = () => h("p", { class: "waiting" }, say("loading"));

/**
 * Put something else into a section; who was in it stays where he was, or at its heading.
 * @param {HTMLElement} section
 * @param {() => void} change
 */
function refocused(section, change) {
  const within = section.contains(document.activeElement) ? document.activeElement : null;
  change();
  if (!within) return;
  const key = within.getAttribute("data-key");
  const again = key && section.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const target = again || section.querySelector("h2");
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} section
 * @param {View} view
 * @param {Shown} shown
 */
async function put(section, view, shown) {
  const areCallsOpen = section.querySelector("details.calls")?.hasAttribute("open");
  const body = h("div", { class: "body" });
  const ways = calls(view.id, shown.paths);
  ways.open = areCallsOpen ?? false;
  const notes = (shown.notes ?? []).map((note) => h("p", { class: "note" }, note));
  const isTable = !shown.picture || asTable.has(view.id);
  refocused(section, () => {
    if (shown.isEmpty) fill(body, empty(), ...(shown.always ?? []));
    else if (isTable) fill(body, ...(shown.always ?? []), ...shown.content);
    fill(section, heading(view, shown), view.controls?.(), body, ...notes, ways);
  });
  if (!shown.isEmpty && !isTable) await drawn(body, shown);
}

/**
 * Draw a picture; the table says the same where that fails.
 * @param {HTMLElement} body
 * @param {Shown} shown
 */
async function drawn(body, { picture, content }) {
  if (!isReady()) fill(body, waitingLine());
  try {
    await picture?.(body);
  } catch (error) {
    console.error(error);
    fill(body, ...content);
  }
}

/**
 * @param {View} view
 * @param {Shown} [shown]
 */
function heading(view, shown) {
  return h(
    "header",
    {},
    h("h2", { id: `${view.id}-title`, tabindex: -1 }, say(view.title)),
    shown && h("p", {}, say(view.lead, { unit: shown.unit ?? "" })),
    shown?.picture && !shown.isEmpty && switcher(view),
  );
}

/** @param {View} view */
function switcher(view) {
  const isTable = asTable.has(view.id);
  const turn = () => {
    if (isTable) asTable.delete(view.id);
    else asTable.add(view.id);
    void show(view);
  };
  return h(
    "button",
    {
      type: "button",
      class: "plain switch",
      id: `${view.id}-switch`,
      "aria-labelledby": `${view.id}-switch ${view.id}-title`,
      "aria-pressed": isTable,
      "data-key": "switch",
      onclick: turn,
    },
    say("asTable"),
  );
}

/** Say that nothing was found, and what that does not mean. */
function empty() {
  return h(
    "div",
    { class: "empty" },
    h("p", {}, say("nothing")),
    h("p", {}, h("a", { href: "#coverage" }, say("mayStill"))),
  );
}

/**
 * Say that it was not loaded, which is other than that nothing was found; why is told once for all.
 * @param {unknown} error
 */
function failure(error) {
  tellFault(error);
  const isOfQuestion = error instanceof Refused && !error.isForNow;
  return h(
    "div",
    { class: "empty" },
    h("p", {}, say("notLoaded")),
    isOfQuestion
      ? h("p", {}, h("a", { href: "#fault" }, say("seeWhy")))
      : h("p", {}, againButton()),
  );
}

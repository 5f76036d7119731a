/** The meetings themselves, page by page, each with its record to be opened. */

import { filters, set, values } from "./address.js";
import { ask, path, Refused } from "./api.js";
import { fill, h } from "./dom.js";
import { learnFrom, record } from "./record.js";
import { day, fieldName, inLanguage, listed, say, saying } from "./words.js";

const ON_A_PAGE = 20;

/** @type {import("./view.js").View} */
export const meetings = {
  id: "meetings",
  title: "list",
  lead: "listIs",
  async ask(signal) {
    const question = path("meetings", filters(), { limit: ON_A_PAGE });
    const page = await ask(question, signal);
    const list = h("div", { class: "meetings" }, ...page.data.map((/** @type {Meeting} */ one) => item(one)));
    return {
      paths: [question],
      isEmpty: !page.data.length,
      always: await apart(page.data, signal),
      content: [list, more(list, page.next)],
    };
  },
};

/**
 * Show the meeting that the address has open, if it is not among those that are shown.
 * @param {Meeting[]} shown
 * @param {AbortSignal} signal
 */
async function apart(shown, signal) {
  const id = values("open")[0];
  if (!id || shown.some((one) => one.id === id)) return [];
  const found = await ask(`/v1/meetings/${encodeURIComponent(id)}`, signal).catch((error) => {
    if (error instanceof Refused && !error.isForNow) return null;
    throw error;
  });
  if (!found) return [h("p", { class: "note" }, say("noSuch", { id }))];
  return [h("div", { class: "apart" }, h("p", { class: "note" }, say("apart")), item(found))];
}

/** @param {Meeting} meeting */
function item(meeting) {
  learnFrom(meeting);
  const body = h("div", { class: "record" });
  const details = h("details", { class: "meeting", id: `meeting-${meeting.id}` }, summary(meeting), body);
  const open = async () => {
    if (details.open && !body.firstChild) fill(body, ...(await record(meeting)));
  };
  details.addEventListener("toggle", () => {
    void open();
    if (details.open) set({ open: meeting.id }, { silently: true });
    else if (values("open")[0] === meeting.id) set({ open: stillOpen() }, { silently: true });
  });
  details.open = values("open")[0] === meeting.id;
  return details;
}

/** Give the meeting whose record is open still, if there is one. */
function stillOpen() {
  const found = document.querySelector("details.meeting[open]");
  return found ? found.id.slice("meeting-".length) : null;
}

/** @param {Meeting} meeting */
function summary(meeting) {
  return h(
    "summary",
    { "data-key": meeting.id },
    h("time", {}, day(meeting.date.value)),
    h("span", { class: "what" }, inLanguage(meeting.title)),
    h("span", { class: "marks" }, ...marks(meeting)),
  );
}

/**
 * Mark what is disputed, inferred or unknown.
 * @param {Meeting} meeting
 */
function marks(meeting) {
  const fields = listed(meeting.disputed.map(fieldName));
  return [
    meeting.disputed.length > 0 && h("span", { class: "mark strong" }, say("disputed", { fields })),
    meeting.status !== "reported" && h("span", { class: "mark" }, saying(meeting.status)),
    meeting.date.year_basis === "inferred" && h("span", { class: "mark" }, say("yearInferred")),
    !meeting.place && h("span", { class: "mark" }, say("placeUnknown")),
  ];
}

/**
 * @param {HTMLElement} list
 * @param {string | null} next
 */
function more(list, next) {
  if (!next) return null;
  const said = h("span", { class: "note", role: "status" });
  const button = h("button", { type: "button", class: "more", "data-key": "more" }, say("showMore"));
  const line = h("p", {}, button, " ", said);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    const page = await ask(next).catch(() => null);
    button.removeAttribute("aria-disabled");
    said.textContent = page ? "" : say("noMore");
    if (page && line.isConnected) add(page);
  });
  /** @param {{data: Meeting[], next: string | null}} page */
  const add = (page) => {
    const items = page.data.filter(({ id }) => !document.getElementById(`meeting-${id}`)).map(item);
    list.append(...items);
    line.replaceWith(more(list, page.next) ?? "");
    items[0]?.querySelector("summary")?.focus();
  };
  return line;
}

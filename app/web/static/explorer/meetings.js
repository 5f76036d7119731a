/** The meetings themselves, page by page, each with its record to be opened. */

import { filters, set, values } from "./address.js";
import { ask, path } from "./api.js";
import { fill, h } from "./dom.js";
import { learnFrom, record } from "./record.js";
import { day, fieldName, inLanguage, listed, say } from "./words.js";

const ON_A_PAGE = 20;

/** @type {import("./view.js").View} */
export const meetings = {
  id: "meetings",
  title: "list",
  lead: "listIs",
  async ask(signal) {
    const question = path("meetings", filters(), { limit: ON_A_PAGE });
    const page = await ask(question, signal);
    const open = await opened(page.data, signal);
    return {
      paths: [question],
      isEmpty: !page.data.length,
      content: [
        ...open.map((one) => item(one, true)),
        h("div", { class: "meetings" }, ...page.data.map((/** @type {Meeting} */ one) => item(one))),
        more(page.next),
      ],
    };
  },
};

/**
 * Ask for the meeting that the address has open, if it is not among those that are shown.
 * @param {Meeting[]} shown
 * @param {AbortSignal} signal
 * @returns {Promise<Meeting[]>}
 */
async function opened(shown, signal) {
  const id = values("open")[0];
  if (!id || shown.some((one) => one.id === id)) return [];
  const found = await ask(`/v1/meetings/${encodeURIComponent(id)}`, signal).catch(() => null);
  return found ? [found] : [];
}

/**
 * @param {Meeting} meeting
 * @param {boolean} [isApart] Whether it is shown though the filters do not find it here.
 */
function item(meeting, isApart = false) {
  learnFrom(meeting);
  const body = h("div", { class: "record" });
  const details = h(
    "details",
    { class: `meeting${isApart ? " apart" : ""}`, id: `meeting-${meeting.id}` },
    summary(meeting),
    body,
  );
  const open = async () => {
    if (details.open && !body.firstChild) fill(body, ...(await record(meeting)));
  };
  details.addEventListener("toggle", () => {
    void open();
    const is = values("open")[0];
    if (details.open || is === meeting.id)
      set({ open: details.open ? meeting.id : null }, { silently: true });
  });
  details.open = values("open")[0] === meeting.id;
  return details;
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
    meeting.status !== "reported" && h("span", { class: "mark" }, say(meeting.status)),
    meeting.date.year_basis === "inferred" && h("span", { class: "mark" }, say("yearInferred")),
    !meeting.place && h("span", { class: "mark" }, say("placeUnknown")),
  ];
}

/** @param {string | null} next */
function more(next) {
  if (!next) return null;
  const button = h(
    "button",
    { type: "button", class: "more", "data-key": "more", onclick: () => void read() },
    say("showMore"),
  );
  async function read() {
    button.disabled = true;
    const page = await ask(String(next)).catch(() => null);
    button.disabled = false;
    if (!page) return;
    const list = button.parentElement?.querySelector(".meetings");
    const items = page.data.map((/** @type {Meeting} */ one) => item(one));
    list?.append(...items);
    items[0]?.querySelector("summary")?.focus();
    const following = more(page.next);
    if (following) button.replaceWith(following);
    else button.remove();
  }
  return button;
}

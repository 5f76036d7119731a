/** The search box: what is typed is looked for in all texts, or is a record that is suggested. */

import { set, toggle, values } from "./address.js";
import { ask, path } from "./api.js";
import { fill, h, the } from "./dom.js";
import { COLLECTIONS, learn } from "./names.js";
import { inLanguage, number, say } from "./words.js";

const MILLISECONDS_TO_WAIT = 150;
const MOST = 8;
/** @typedef {{key: string, label: string, note: string, choose: () => void}} Choice */

/** Show what is searched for. */
export function showSearch() {
  follow(/** @type {HTMLInputElement} */ (the("q")), values("q")[0] ?? "");
  tellWhetherSearched();
}

/**
 * Show a value of the address, if that is other than before: what somebody types is theirs.
 * @param {HTMLInputElement} box
 * @param {string} value
 */
export function follow(box, value) {
  if (box.dataset["shown"] !== value) box.value = value;
  box.dataset["shown"] = value;
}

/** Say so where words stand in the box that are not searched for. */
function tellWhetherSearched() {
  const box = /** @type {HTMLInputElement} */ (the("q"));
  const isSearched = box.value.trim() === (values("q")[0] ?? "");
  const button = the("not-searched");
  if (isSearched && button === document.activeElement) box.focus();
  button.hidden = isSearched;
}

/** Make the box, as a combobox with a list below it. */
export function search() {
  /** @type {Choice[]} */
  let choices = [];
  let active = -1;
  let timer = 0;
  let asking = new AbortController();

  const list = h("ul", {
    id: "suggestions",
    role: "listbox",
    "aria-label": say("suggestions"),
    hidden: true,
  });
  const input = h("input", {
    id: "q",
    type: "search",
    role: "combobox",
    autocomplete: "off",
    "data-key": "q",
    maxlength: 100,
    placeholder: say("searchHint"),
    "aria-expanded": "false",
    "aria-controls": "suggestions",
    "aria-autocomplete": "list",
    oninput: () => {
      tellWhetherSearched();
      if (active >= 0) draw(-1);
      clearTimeout(timer);
      timer = window.setTimeout(suggest, MILLISECONDS_TO_WAIT);
    },
    onkeydown: key,
    onblur: () => close(),
  });

  async function suggest() {
    asking.abort();
    asking = new AbortController();
    const q = input.value.trim();
    if (!q) return searchText();
    const found = await ask(
      path("suggest", new URLSearchParams({ q }), { limit: MOST }),
      asking.signal,
    ).catch(() => ({ data: [] }));
    if (asking.signal.aborted || document.activeElement !== input) return;
    const chosen = choices[active]?.key;
    choices = [
      { key: "q", label: say("searchFor", { q }), note: "", choose: searchText },
      ...found.data.map(choice),
    ];
    draw(choices.findIndex(({ key }) => key === chosen));
  }

  /** @param {Suggestion} one */
  function choice({ type, id, name, meetings }) {
    learn(COLLECTIONS[type] ?? type, id, name);
    const choose = () => {
      input.value = values("q")[0] ?? "";
      close();
      if (!values(type).includes(id)) toggle(type, id);
    };
    const note = `${say(`type.${type}`)} · ${number(meetings)}`;
    return { key: `${type}/${id}`, label: inLanguage(name), note, choose };
  }

  function searchText() {
    close();
    set({ q: input.value.trim() || null });
  }

  /** @param {number} at */
  function draw(at) {
    active = at;
    fill(
      list,
      ...choices.map(({ label, note, choose }, place) =>
        h(
          "li",
          {
            id: `suggestion-${place}`,
            role: "option",
            "aria-selected": place === at,
            onmousedown: (/** @type {Event} */ event) => {
              event.preventDefault();
              choose();
            },
          },
          h("span", {}, label),
          h("span", { class: "quiet" }, note),
        ),
      ),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (at >= 0) input.setAttribute("aria-activedescendant", `suggestion-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    choices = [];
    active = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.isComposing || event.keyCode === 229) return; // Safari says so of what an input method takes.
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && choices.length) {
      event.preventDefault();
      draw((active + step + choices.length + (active < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (event.key === "Escape" && choices.length) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      (choices[active]?.choose ?? searchText)();
    }
  }

  const notSearched = h(
    "button",
    { id: "not-searched", type: "button", class: "plain", hidden: true, onclick: searchText },
    say("notSearched"),
  );
  return h("div", { class: "field search" }, h("label", { for: "q" }, say("search")), input, list, notSearched);
}

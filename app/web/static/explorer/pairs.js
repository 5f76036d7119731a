/** Who met whom: the pairs that met most often, in order. */

import { filters, set, setFilters, values } from "./address.js";
import { ask, path } from "./api.js";
import { h } from "./dom.js";
import { learn } from "./names.js";
import { day, inLanguage, number, say } from "./words.js";

const MOST = 10;
/** @type {[string, import("./words.js").Word, string][]} */
const LEVELS = [
  ["country", "countries", "countries"],
  ["person", "people", "people"],
  ["organization", "organizations", "organizations"],
];

/** @type {import("./view.js").View} */
export const pairs = {
  id: "pairs",
  title: "pairs",
  lead: "pairsIs",
  controls,
  async ask(signal) {
    const question = path("dyads", filters(), { level: level(), limit: MOST });
    const found = /** @type {Dyads} */ (await ask(question, signal));
    const collection = LEVELS.find(([one]) => one === level())?.[2] ?? "";
    for (const { a, b } of found.data) for (const one of [a, b]) learn(collection, one.id, one.name);
    const most = Math.max(...found.data.map((one) => one.meetings));
    return {
      paths: [question],
      isEmpty: !found.data.length,
      content: [h("ol", { class: "pairs" }, ...found.data.map((one) => item(one, most)))],
      notes: found.truncated ? [say("pairsCut", { n: found.total, shown: found.data.length })] : [],
    };
  },
};

function level() {
  const given = values("pairs")[0];
  return LEVELS.some(([one]) => one === given) ? String(given) : "country";
}

function controls() {
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", { class: "unseen" }, say("between")),
    ...LEVELS.map(([value, word]) =>
      h(
        "label",
        {},
        h("input", {
          type: "radio",
          name: "pairs",
          value,
          checked: value === level(),
          "data-key": value,
          onchange: () => set({ pairs: value === "country" ? null : value }),
        }),
        say(word),
      ),
    ),
  );
}

/**
 * @param {Dyad} pair
 * @param {number} most
 */
function item({ a, b, meetings, last, links }, most) {
  const names = `${inLanguage(a.name)}${say("and")}${inLanguage(b.name)}`;
  return h(
    "li",
    {},
    links.meetings ? button(`${a.id},${b.id}`, names, links.meetings) : h("span", {}, names),
    h(
      "span",
      { class: "track", "aria-hidden": "true" },
      h("span", { class: "fill", style: `width: ${(100 * meetings) / most}%` }),
    ),
    h("span", { class: "number" }, number(meetings)),
    h("span", { class: "quiet" }, say("last", { day: day(last) })),
  );
}

/**
 * Choose the meetings of a pair, or give them up. Seen from a country, they are asked for in another
 * way, so that it is the API that says how.
 * @param {string} key
 * @param {string} names
 * @param {string} meetings Where the API has them.
 */
function button(key, names, meetings) {
  const asked = [...new URL(meetings, location.origin).searchParams];
  const isChosen = asked.every(([name, value]) => values(name).includes(value));
  const choose = () => (isChosen ? set({ [`${level()}_all`]: null }) : setFilters(asked));
  return h(
    "button",
    { type: "button", class: "plain", "aria-pressed": isChosen, "data-key": key, onclick: choose },
    names,
  );
}

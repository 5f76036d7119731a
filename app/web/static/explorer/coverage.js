/** What the data covers and does not, its size, and how to cite it. */

import { once } from "./api.js";
import { h } from "./dom.js";
import { day, inLanguage, listed, say } from "./words.js";

const KINDS = /** @type {const} */ (["people", "organizations", "themes", "sources"]);

/** @type {import("./view.js").View} */
export const coverage = {
  id: "coverage",
  title: "coverage",
  lead: "coverageIs",
  async ask() {
    const path = "/v1/dataset";
    const dataset = /** @type {DatasetState} */ (await once(path));
    const { totals } = dataset;
    const held = KINDS.map((kind) => say(`holds.${kind}`, { n: totals[kind] }));
    return {
      paths: [path],
      content: [
        ...(dataset.coverage.length ? dataset.coverage.map(statement) : [h("p", {}, say("noCoverage"))]),
        h("p", {}, listed([say("meetings", { n: totals.meetings }), ...held])),
        ...dataset.notes.map((note) => h("p", {}, inOwnWords(inLanguage(note)))),
        h("p", { class: "quiet" }, say("licence", { licence: dataset.licence, citation: dataset.citation })),
        h("p", {}, h("a", { href: "/v1/meetings.csv", download: "" }, `${say("download")} (CSV)`)),
      ],
    };
  },
};

/**
 * The notes name a word of the API, which this page says in the language of the reader.
 * @param {string} note
 */
const inOwnWords = (note) => note.replaceAll("“selected”", say("asSelected"));

/** @param {DatasetState["coverage"][number]} one */
function statement({ subject, date_from: from, date_to: to, completeness, note }) {
  return h(
    "div",
    { class: "statement" },
    h(
      "p",
      {},
      h("strong", {}, inLanguage(subject)),
      `${say("comma")}${from === to ? day(from) : `${day(from)} – ${day(to)}`}`,
    ),
    h("p", {}, say(completeness)),
    note && h("p", { class: "quiet" }, inLanguage(note)),
  );
}

/** What the data covers and does not, its size, and how to cite it. */

import { once } from "./api.js";
import { h } from "./dom.js";
import { day, inLanguage, say } from "./words.js";

/** @type {import("./view.js").View} */
export const coverage = {
  id: "coverage",
  title: "coverage",
  lead: "coverageIs",
  async ask() {
    const path = "/v1/dataset";
    const dataset = /** @type {DatasetState} */ (await once(path));
    const { meetings, people, organizations, themes, sources } = dataset.totals;
    return {
      paths: [path],
      content: [
        ...(dataset.coverage.length ? dataset.coverage.map(statement) : [h("p", {}, say("noCoverage"))]),
        h("p", {}, say("holds", { meetings, people, organizations, themes, sources })),
        ...dataset.notes.map((note) => h("p", {}, inLanguage(note))),
        h("p", { class: "quiet" }, say("licence", { licence: dataset.licence, citation: dataset.citation })),
        h("p", {}, h("a", { href: "/v1/meetings.csv", download: "" }, `${say("download")} (CSV)`)),
      ],
    };
  },
};

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

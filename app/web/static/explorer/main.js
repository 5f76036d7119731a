/** What the explorer is made of: views of one question, which stands in the address bar. */

import { filters, set, values, whenChanged } from "./address.js";
import { ask, path } from "./api.js";
import { coverage } from "./coverage.js";
import { fill, h, the } from "./dom.js";
import { closeThemes, showFilters } from "./filters.js";
import { map } from "./map.js";
import { matrix } from "./matrix.js";
import { meetings } from "./meetings.js";
import { pairs } from "./pairs.js";
import { timeline } from "./timeline.js";
import { show } from "./view.js";
import { choose, current, remember, say } from "./words.js";

const VIEWS = [timeline, map, meetings, matrix, pairs, coverage];
const DRAWN = [timeline, map];
const MILLISECONDS_TO_REST = 200;

/** Show everything as the address has it. */
function showAll() {
  choose(values("lang")[0] ?? null);
  frame();
  void showTotal();
  const shown = Promise.all(VIEWS.map(show));
  void showFilters().catch(() => {}); // The views say that the server does not answer.
  return shown;
}

/** Say what belongs to no view. */
function frame() {
  document.title = `${say("title")} · Parley`;
  fill(the("title"), say("title"));
  fill(the("lead"), say("lead"));
  fill(the("skip"), say("skip"));
  the("filters").setAttribute("aria-label", say("filters"));
  the("chosen").setAttribute("aria-label", say("chosen"));
  document.querySelector("nav")?.setAttribute("aria-label", say("sections"));
  for (const link of document.querySelectorAll("nav a[data-word]"))
    fill(link, say(/** @type {any} */ (link.getAttribute("data-word"))));
  fill(the("languages"), tongue("en", "English"), tongue("zh", "中文"));
}

/**
 * @param {"en" | "zh"} language
 * @param {string} name
 */
function tongue(language, name) {
  const turn = () => {
    choose(language);
    remember();
    set({ lang: language });
  };
  return h(
    "button",
    { type: "button", class: "plain", lang: language, "aria-pressed": language === current(), onclick: turn },
    name,
  );
}

/** Say how many meetings match, to those who listen as well. */
async function showTotal() {
  const asked = filters();
  const total = await ask(path("meetings", asked, { limit: 1, total: "exact" })).catch(() => null);
  if (String(asked) === String(filters()))
    fill(the("total"), total ? say("meetings", { n: total.total.value }) : "");
}

whenChanged(() => void showAll());
addEventListener("pointerdown", closeThemes);
addEventListener("keydown", closeThemes);
await showAll();
const open = document.getElementById(`meeting-${values("open")[0]}`);
open?.scrollIntoView();

let width = innerWidth;
let resting = 0;
addEventListener("resize", () => {
  clearTimeout(resting);
  resting = window.setTimeout(() => {
    if (innerWidth !== width) DRAWN.forEach((view) => void show(view));
    width = innerWidth;
  }, MILLISECONDS_TO_REST);
});

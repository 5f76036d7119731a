/** What the explorer is made of: views of one question, which stands in the address bar. */

import { filters, set, tidy, values, whenChanged } from "./address.js";
import { ask, path } from "./api.js";
import { showChosen } from "./chosen.js";
import { coverage } from "./coverage.js";
import { writeIds } from "./countries.js";
import { fill, h, the } from "./dom.js";
import { forgetFault, isFaulty, tellFault, tryAgainBy } from "./fault.js";
import { showFilters } from "./filters.js";
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

/**
 * Show what the address has, as far as that has changed.
 * @param {Set<string>} [changed] Everything, if left out.
 */
function showAll(changed) {
  if (changed && [...changed].every((name) => name === "open")) return Promise.resolve([]);
  const isOfPairs = changed && [...changed].every((name) => name === "pairs");
  if (isOfPairs && !isFaulty()) return Promise.all([show(pairs)]);
  choose(values("lang")[0] ?? null);
  frame();
  forgetFault();
  void showTotal();
  void showFilters().catch(tellFault);
  void showChosen();
  return Promise.all(VIEWS.map(show));
}

/** Say what belongs to no view. */
function frame() {
  fill(the("title"), say("title"));
  fill(the("lead"), say("lead"));
  fill(the("skip"), say("skip"));
  the("filters").setAttribute("aria-label", say("filters"));
  the("chosen").setAttribute("aria-label", say("chosen"));
  document.querySelector("nav")?.setAttribute("aria-label", say("sections"));
  for (const link of document.querySelectorAll("nav a[data-word]"))
    fill(link, say(/** @type {any} */ (link.getAttribute("data-word"))));
  const languages = the("languages");
  if (!languages.firstChild) fill(languages, tongue("en", "English"), tongue("zh", "中文"));
  for (const one of languages.children)
    one.setAttribute("aria-pressed", String(one.getAttribute("data-language") === current()));
}

/**
 * @param {"en" | "zh"} language
 * @param {string} name
 */
function tongue(language, name) {
  const turn = () => {
    choose(language);
    remember();
    set({ lang: language }, { instead: true });
  };
  const lang = language === "zh" ? "zh-Hans" : "en";
  return h(
    "button",
    { type: "button", class: "plain", lang, "data-language": language, onclick: turn },
    name,
  );
}

let counting = new AbortController();

/** Say how many meetings match, to those who listen as well. */
async function showTotal() {
  const total = the("total");
  counting.abort();
  const { signal } = (counting = new AbortController());
  total.setAttribute("aria-busy", "true");
  const found = await ask(path("meetings", filters(), { limit: 1, total: "exact" }), signal).catch((error) => {
    if (!signal.aborted) tellFault(error);
  });
  if (signal.aborted) return;
  const said = found && say("meetings", { n: found.total.value });
  fill(total, said || say("notLoaded"));
  document.title = [said, say("title"), "Parley"].filter(Boolean).join(" · ");
  total.removeAttribute("aria-busy");
}

whenChanged((changed) => void showAll(changed));
tryAgainBy(() => void showAll());
choose(values("lang")[0] ?? null);
if (values("lang").length) remember();
tidy(current());
await writeIds();
await showAll();
document.getElementById(`meeting-${values("open")[0]}`)?.scrollIntoView();

let width = innerWidth;
let resting = 0;
addEventListener("resize", () => {
  clearTimeout(resting);
  resting = window.setTimeout(() => {
    if (innerWidth !== width) DRAWN.forEach((view) => void show(view));
    width = innerWidth;
  }, MILLISECONDS_TO_REST);
});

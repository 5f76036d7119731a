/** What is wrong with the question, or with the server: told once, whichever view finds it out. */

import { Refused } from "./api.js";
import { fill, h, the } from "./dom.js";
import { filterName, listed, say } from "./words.js";

let told = "";
let isOfQuestion = false;
/** @type {Set<string>} */
const wrong = new Set();
let ask = () => {};

/**
 * Say what to do when somebody wants it to be tried again.
 * @param {() => void} again
 */
export function tryAgainBy(again) {
  ask = again;
}

/**
 * Tell whether a filter was found to be wrong.
 * @param {string} name
 */
export const isWrong = (name) => wrong.has(name);

/** Say nothing any more. */
export function forgetFault() {
  told = "";
  isOfQuestion = false;
  wrong.clear();
  fill(the("fault"));
}

/** Tell whether anything is wrong. */
export const isFaulty = () => told !== "";

/** Make the button by which all is asked again; whoever pressed it finds himself at the first view. */
export function againButton() {
  const onclick = () => {
    const isGone = the("fault").contains(document.activeElement);
    ask();
    if (isGone) document.querySelector("h2")?.focus({ preventScroll: true });
  };
  return h("button", { type: "button", class: "plain", "data-key": "again", onclick }, say("again"));
}

/**
 * Tell it. What is wrong with the question comes before what is wrong with the server.
 * @param {unknown} error
 */
export function tellFault(error) {
  const refused = error instanceof Refused && !error.isForNow ? error : null;
  const what = error instanceof Refused ? error.message : say("unreachable");
  if (told === what || (told && (isOfQuestion || !refused))) return;
  told = what;
  isOfQuestion = refused !== null;
  const said = refused ? ofQuestion(refused) : ofServer(error);
  fill(the("fault"), h("div", { class: "complaint", role: "alert" }, ...said));
}

/** @param {Refused} error */
function ofQuestion({ message, problem }) {
  const names = [...new Set(problem.errors.flatMap((one) => one.name ?? []))];
  for (const name of names) wrong.add(name);
  for (const name of names)
    document.querySelector(`#chosen [data-filter="${CSS.escape(name)}"]`)?.classList.add("wrong");
  const where = names.length ? `${say("colon")}${listed(names.map(filterName))}` : "";
  return [h("p", {}, say("refused") + where), h("p", { lang: "en" }, message)];
}

/** @param {unknown} error */
function ofServer(error) {
  const why = error instanceof Refused && h("p", { lang: "en" }, error.message);
  return [h("p", {}, say(why ? "failed" : "unreachable")), why, againButton()];
}

/** What is wrong with the question, or with the server: told once, whichever view finds it out. */

import { Refused } from "./api.js";
import { fill, h, the } from "./dom.js";
import { filterName, listed, say } from "./words.js";

let told = "";
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
  wrong.clear();
  fill(the("fault"));
}

/**
 * Tell it.
 * @param {unknown} error
 */
export function tellFault(error) {
  const isRefused = error instanceof Refused;
  const what = isRefused ? error.message : say("unreachable");
  if (told === what) return;
  told = what;
  const again = h("button", { type: "button", class: "plain", onclick: () => ask() }, say("again"));
  fill(
    the("fault"),
    h(
      "div",
      { class: "complaint", role: "alert" },
      ...(isRefused ? fault(error) : [h("p", {}, what), again]),
    ),
  );
}

/** @param {Refused} error */
function fault({ message, problem }) {
  const names = [...new Set(problem.errors.flatMap((one) => one.name ?? []))];
  for (const name of names) wrong.add(name);
  for (const name of names)
    document.querySelector(`#chosen [data-filter="${CSS.escape(name)}"]`)?.classList.add("wrong");
  const where = names.length ? `${say("colon")}${listed(names.map(filterName))}` : "";
  return [h("p", {}, say("refused") + where), h("p", { lang: "en" }, message)];
}

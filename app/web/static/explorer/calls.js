/** How to ask the API for what a view shows: as an address, as a file, and in three languages. */

import { h } from "./dom.js";
import { say } from "./words.js";

/** @type {[string, (address: string) => string][]} */
const LANGUAGES = [
  ["curl", (address) => `curl '${address}'`],
  [
    "Python",
    (address) =>
      `import httpx\n\nanswer = httpx.get(\n    ${JSON.stringify(address)}\n).raise_for_status().json()`,
  ],
  [
    "JavaScript",
    (address) =>
      `const answer = await fetch(\n  ${JSON.stringify(address)},\n).then((response) => response.json());`,
  ],
];

const AS_FILES = new Set(["/v1/meetings", "/v1/counts", "/v1/dyads"]);

/**
 * Tell how each of some paths is asked.
 * @param {string} view Its id.
 * @param {string[]} paths
 */
export function calls(view, paths) {
  const named = { id: `${view}-calls`, "aria-labelledby": `${view}-calls ${view}-title` };
  return h(
    "details",
    { class: "calls" },
    h("summary", named, say("asCall")),
    ...paths.map((path) => h("div", { class: "call" }, ...call(path))),
  );
}

/**
 * Give the file of all that a path gives the first rows of, if there is one.
 * @param {string} path
 */
function csv(path) {
  const [route = "", query = ""] = path.split("?");
  if (!AS_FILES.has(route)) return null;
  const asked = new URLSearchParams(query);
  for (const name of ["limit", "cursor", "total"]) asked.delete(name);
  return `${route}.csv${asked.size ? `?${asked}` : ""}`;
}

/** @param {string} path */
function call(path) {
  const address = location.origin + path;
  const file = csv(path);
  return [
    h(
      "p",
      { class: "address" },
      h("a", { href: path }, h("code", {}, `GET ${decodeURIComponent(path)}`)),
      file && h("a", { href: file, download: "", class: "file" }, say("asCsv")),
    ),
    ...LANGUAGES.map(([name, write]) => snippet(name, write(address))),
  ];
}

/**
 * @param {string} name
 * @param {string} code
 */
function snippet(name, code) {
  const said = h("span", { role: "status", class: "said" });
  const block = h("pre", { tabindex: 0, "aria-label": name }, h("code", {}, code));
  const copy = async () => {
    const isCopied = await copied(code);
    if (!isCopied) getSelection()?.selectAllChildren(block);
    said.textContent = say(isCopied ? "copied" : "chosenToCopy");
  };
  const label = say("copyOf", { name });
  return h(
    "div",
    { class: "snippet" },
    h(
      "div",
      { class: "snippet-head" },
      h("span", {}, name),
      said,
      h("button", { type: "button", class: "plain", onclick: copy, "aria-label": label }, say("copy")),
    ),
    block,
  );
}

/**
 * Copy a text, if the browser lets a page do so; over plain HTTP it does not.
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

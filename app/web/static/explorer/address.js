/** The state of the page, which is all in the address bar: filters as the API names them. */

/** Of the page alone; all else is a filter, and the API says so if it is none. */
const OF_THE_PAGE = ["lang", "open", "pairs"];
const REPEATABLE = new Set(
  ["country", "theme", "person", "organization"].flatMap((name) =>
    ["", "_all", "_not"].map((end) => name + end),
  ),
)
  .add("id")
  .add("theme_basis");

/** @type {(() => void)[]} */
const listeners = [];

/** Give the state as it is now. */
export const parameters = () => new URLSearchParams(location.search);

/**
 * Give the filters, without some of them.
 * @param {...string} without
 */
export function filters(...without) {
  const found = parameters();
  for (const name of [...OF_THE_PAGE, ...without]) found.delete(name);
  return found;
}

/**
 * Give the values of a filter.
 * @param {string} name
 */
export const values = (name) => parameters().getAll(name);

/**
 * Add a value of a filter, or take it away if it is there; a filter of one value is replaced.
 * @param {string} name
 * @param {string} value
 */
export function toggle(name, value) {
  change((found) => {
    const others = found.getAll(name).filter((one) => one !== value);
    const isThere = found.getAll(name).includes(value);
    found.delete(name);
    if (REPEATABLE.has(name)) others.forEach((one) => found.append(name, one));
    if (!isThere) found.append(name, value);
  });
}

/**
 * Set some filters, or what is of the page; null takes one away.
 * @param {Record<string, string | string[] | null>} given
 * @param {{silently?: boolean}} [how] `silently` replaces the entry of the history and tells nobody.
 */
export function set(given, how = {}) {
  change((found) => {
    for (const [name, value] of Object.entries(given)) {
      found.delete(name);
      for (const one of [value ?? []].flat()) if (one) found.append(name, one);
    }
  }, how);
}

/** Take all filters away. */
export function clear() {
  change((found) => [...filters().keys()].forEach((name) => found.delete(name)));
}

/**
 * Be told of each change, also of those by the buttons of the browser.
 * @param {() => void} listener
 */
export function whenChanged(listener) {
  listeners.push(listener);
}

addEventListener("popstate", () => listeners.forEach((listener) => listener()));

/**
 * @param {(found: URLSearchParams) => void} by
 * @param {{silently?: boolean}} [how]
 */
function change(by, { silently = false } = {}) {
  const found = parameters();
  by(found);
  const address = `${location.pathname}${found.size ? `?${found}` : ""}`;
  if (address === location.pathname + location.search) return;
  history[silently ? "replaceState" : "pushState"](null, "", address);
  if (!silently) listeners.forEach((listener) => listener());
}

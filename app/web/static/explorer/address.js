/** The state of the page, which is all in the address bar: filters as the API names them. */

/** Of the page alone; all else is a filter, and the API says so if it is none. */
const OF_THE_PAGE = ["lang", "open", "pairs"];
/** Of the API, but decided by each view. */
const OF_VIEWS = ["by", "cursor", "level", "limit", "rollup", "sort", "total"];
/** Of those who count the visits of others: added to a link where it is passed on. */
const TRACKING = /^(utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|spm)$/;
const WITH_ALL = new Set(["country", "theme", "person", "organization"]);
const REPEATABLE = new Set([...WITH_ALL].flatMap((name) => [name, `${name}_all`, `${name}_not`]))
  .add("id")
  .add("theme_basis");

/** @typedef {(changed: Set<string>) => void} Listener */

/** @type {Listener[]} */
const listeners = [];
let before = location.search;

/** Give the state as it is now. */
export const parameters = () => new URLSearchParams(location.search);

/**
 * Give the filters, each value once, without some of them.
 * @param {...string} without
 */
export function filters(...without) {
  const left = new Set([...OF_THE_PAGE, ...OF_VIEWS, ...without]);
  const found = new URLSearchParams();
  for (const [name, value] of parameters())
    if (!left.has(name) && !found.has(name, value)) found.append(name, value);
  return found;
}

/**
 * Give the values of a filter.
 * @param {string} name
 */
export const values = (name) => parameters().getAll(name);

/**
 * Tell whether a filter asks for a value, alone or with others.
 * @param {string} name
 * @param {string} value
 */
export const isChosen = (name, value) => [...values(name), ...values(`${name}_all`)].includes(value);

/**
 * Add a value of a filter as an alternative, or take it away if it is there.
 * @param {string} name
 * @param {string} value
 */
export function toggle(name, value) {
  const found = values(name);
  const others = found.filter((one) => one !== value);
  set({ [name]: others.length < found.length ? others : REPEATABLE.has(name) ? [...found, value] : value });
}

/**
 * Find fewer: only what has this value as well. If that is so already, the value is given up.
 * @param {Record<string, string>} given
 */
export function narrow(given) {
  const isGivenUp = Object.entries(given).every(([name, value]) => isAsked(name, value));
  /** @type {Record<string, string[]>} */
  const wanted = {};
  for (const [name, value] of Object.entries(given)) {
    const [some, all] = [values(name), values(`${name}_all`)];
    if (isGivenUp) {
      for (const one of [name, `${name}_all`]) wanted[one] = values(one).filter((other) => other !== value);
    } else if (some.includes(value) || !WITH_ALL.has(name) || some.length + all.length === 0) {
      wanted[name] = [value];
    } else if (!all.includes(value)) {
      wanted[`${name}_all`] = [...all, value];
    }
  }
  set(wanted);
}

/**
 * Tell whether only what has this value is asked for.
 * @param {string} name
 * @param {string} value
 */
function isAsked(name, value) {
  const some = values(name);
  return (some.length === 1 && some[0] === value) || values(`${name}_all`).includes(value);
}

/**
 * Set some filters, or what is of the page; null takes one away. With other filters no record is
 * open any more.
 * @param {Record<string, string | string[] | null>} given
 * @param {{instead?: boolean, silently?: boolean}} [how] Whether the entry of the history is replaced;
 *   and whether nobody is told.
 */
export function set(given, { instead = false, silently = false } = {}) {
  const found = parameters();
  if (!Object.keys(given).every((name) => OF_THE_PAGE.includes(name))) found.delete("open");
  for (const [name, value] of Object.entries(given)) {
    found.delete(name);
    for (const one of [value ?? []].flat()) if (one) found.append(name, one);
  }
  const address = `${location.pathname}${found.size ? `?${found}` : ""}`;
  if (address === location.pathname + location.search) return;
  history[instead || silently ? "replaceState" : "pushState"](null, "", address);
  if (silently) before = location.search;
  else tell();
}

/** Take all filters away. */
export const clear = () => setFilters([]);

/**
 * Ask for this, and for nothing that was asked before.
 * @param {[string, string][]} wanted Filters, each with one of its values.
 */
export function setFilters(wanted) {
  /** @type {Record<string, string[]>} */
  const given = Object.fromEntries([...filters().keys()].map((name) => [name, []]));
  for (const [name, value] of wanted) (given[name] ??= []).push(value);
  set(given);
}

/** Take away what the page would not follow, and write down in which language it is. */
export function tidy(/** @type {string} */ language) {
  const given = values("lang").length || language !== "en" ? language : null;
  const dropped = [...OF_VIEWS, ...[...parameters().keys()].filter((name) => TRACKING.test(name))];
  set(
    { ...Object.fromEntries(dropped.map((name) => [name, null])), open: values("open"), lang: given },
    { silently: true },
  );
}

/**
 * Be told of each change, also of those by the buttons of the browser.
 * @param {Listener} listener
 */
export function whenChanged(listener) {
  listeners.push(listener);
}

addEventListener("popstate", tell);

/** Tell which parameters have changed, if any; to go to another part of the page changes none. */
function tell() {
  const [old, now] = [new URLSearchParams(before), parameters()];
  before = location.search;
  const changed = new Set(
    [...old.keys(), ...now.keys()].filter((name) => String(old.getAll(name)) !== String(now.getAll(name))),
  );
  if (changed.size) for (const listener of listeners) listener(changed);
}

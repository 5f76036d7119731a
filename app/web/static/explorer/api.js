/** How the API is asked; nothing else of this page speaks to the server. */

/** What the API says is wrong with a question. */
export class Refused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }

  /** Whether the question may be answered later, as it is. */
  get isForNow() {
    return this.problem.status >= 500 || this.problem.status === 429;
  }
}

/**
 * Write a question as a path.
 * @param {string} route Such as "counts".
 * @param {URLSearchParams} filters
 * @param {Record<string, string | number | string[]>} [more]
 */
export function path(route, filters, more = {}) {
  const asked = new URLSearchParams(filters);
  for (const [name, value] of Object.entries(more)) {
    asked.delete(name);
    for (const one of [value].flat()) asked.append(name, String(one));
  }
  return `/v1/${route}${asked.size ? `?${asked}` : ""}`;
}

const MOST_TRIES = 4;
const MOST_SECONDS_BETWEEN = 3;

/**
 * Ask a question; where too much is asked at once, again a little later.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(path, signal) {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, signal: signal ?? null });
    const body = await answer.json();
    if (answer.ok) return body;
    const seconds = Number(answer.headers.get("Retry-After"));
    if (answer.status !== 503 || !seconds || tries === MOST_TRIES) throw new Refused(body);
    await new Promise((go) => setTimeout(go, 1000 * Math.min(seconds, MOST_SECONDS_BETWEEN)));
    signal?.throwIfAborted();
  }
}

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * Ask what hardly changes while the page is open, once.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function once(path) {
  const found = kept.get(path) ?? ask(path);
  kept.set(path, found);
  found.catch(() => kept.delete(path));
  return found;
}

/** How many records a page may have here. */
export const MOST_RECORDS = Number(document.body.dataset["mostRecords"]);

/**
 * Ask for all records of a list, page after page, until there are so many.
 * @param {string} path
 * @param {number} most
 * @returns {Promise<any[]>}
 */
export async function all(path, most) {
  const { data, next } = await once(path);
  return next && data.length < most ? [...data, ...(await all(next, most - data.length))] : data;
}

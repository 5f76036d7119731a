/** What ids are called: learnt from answers, and asked for where nobody has told yet. */

import { once } from "./api.js";
import { regionOf } from "./countries.js";
import { inLanguage } from "./words.js";

/** Of each filter that names records, and so of each kind, the collection in which they are. */
export const COLLECTIONS = /** @type {Record<string, string>} */ ({
  country: "countries",
  theme: "themes",
  person: "people",
  organization: "organizations",
  place: "places",
  event: "events",
  source: "sources",
  host: "countries",
  anchor: "countries",
  place_country: "countries",
  id: "meetings",
  region: "regions",
});

/** @type {Map<string, Bilingual>} */
const known = new Map();

/**
 * Remember what a record is called.
 * @param {string} collection
 * @param {string} id
 * @param {Bilingual} name
 */
export function learn(collection, id, name) {
  known.set(`${collection}/${id}`, name);
}

/**
 * Remember the names that come with counts.
 * @param {Counts["labels"]} labels
 */
export function learnAll(labels) {
  for (const [dimension, names] of Object.entries(labels)) {
    const collection = COLLECTIONS[dimension];
    if (collection) for (const [id, name] of Object.entries(names ?? {})) learn(collection, id, name);
  }
}

/**
 * Say what a record is called; its id where that is not known.
 * @param {string} collection
 * @param {string} id
 */
export function called(collection, id) {
  return inLanguage(known.get(`${collection}/${id}`)) || id;
}

/**
 * Find out what a value of a filter is called.
 * @param {string} filter Such as "country_not".
 * @param {string} value
 * @returns {Promise<string>}
 */
export async function nameOf(filter, value) {
  const collection = COLLECTIONS[filter.replace(/_(all|not)$/, "")];
  if (!collection) return value;
  if (!known.has(`${collection}/${value}`)) {
    const asked =
      collection === "regions" ? regionOf(value) : once(`/v1/${collection}/${encodeURIComponent(value)}`);
    const record = await asked.catch(() => null);
    const title = record?.title ?? record?.publisher;
    const both = typeof title === "string" ? { en: title, zh: title } : title;
    if (record) learn(collection, value, record.name ?? record.label ?? both ?? { en: value, zh: value });
  }
  return called(collection, value);
}

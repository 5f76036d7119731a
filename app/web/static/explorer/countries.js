/** Countries as a link may spell them, by a code or a name, and the regions in which they are. */

import { set, values } from "./address.js";
import { all, MOST_RECORDS } from "./api.js";

const MOST = 1000;
const FILTERS = ["country", "country_all", "country_not", "host", "anchor", "place_country"];

/** @returns {Promise<Country[]>} */
const every = () => all(`/v1/countries?limit=${MOST_RECORDS}`, MOST);

/** Write countries in the address by their ids, as all views know them. */
export async function writeIds() {
  /** @type {Record<string, string[]>} */
  const written = {};
  for (const name of FILTERS) {
    const given = values(name);
    if (!given.every(isId)) written[name] = [...new Set(await Promise.all(given.map(idOf)))];
  }
  if (Object.keys(written).length) set({ ...written, open: values("open") }, { silently: true });
}

/** @param {string} value */
const isId = (value) => /^[A-Z]{2}$/.test(value) || value === "none";

/**
 * Give the id of a country; what none or several have stays as it is, and the API tells of it.
 * @param {string} text
 */
async function idOf(text) {
  if (isId(text)) return text;
  const countries = await every().catch(() => /** @type {Country[]} */ ([]));
  const waysToCall = /** @type {((one: Country) => (string | null)[])[]} */ ([
    (one) => [one.id, one.alpha_3, one.numeric],
    (one) => [one.name.en, one.name.zh],
    (one) => one.aliases.map((alias) => alias.text),
  ]);
  for (const called of waysToCall) {
    const found = countries.filter((one) => called(one).some((name) => name && fold(name) === fold(text)));
    if (found.length) return found.length === 1 && found[0] ? found[0].id : text;
  }
  return text;
}

/**
 * Drop what people leave out when they type.
 * @param {string} text
 */
const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}|\p{Cf}/gu, "").toLowerCase().trim().replace(/\s+/g, " ");

/**
 * Find out what a region, or a part of one, is called.
 * @param {string} id
 */
export async function regionOf(id) {
  const within = (await every()).flatMap(({ region, subregion }) => [region, subregion]);
  return within.find((one) => one?.id === id) ?? null;
}

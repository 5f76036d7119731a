/** In which language the page speaks, and how numbers, days and names are written in it. */

import { TEXTS } from "./texts.js";

/** @typedef {"en" | "zh"} Language */

const LOCALES = /** @type {const} */ ({ en: "en-GB", zh: "zh-CN" });
const KEPT = "parley-language";

/** @type {Language} */
let language = "en";

/** @typedef {keyof typeof TEXTS} Word */

/** Give the language of the page. */
export const current = () => language;

/**
 * Choose the language: the address says it, or what was chosen before, or what the browser prefers.
 * @param {string | null} given
 */
export function choose(given) {
  const wanted = given ?? stored() ?? navigator.language;
  language = wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}

/** Keep the language for the next time. */
export function remember() {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Without storage it is only in the address.
  }
}

function stored() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/**
 * Say something, with values in their places; `n` chooses between singular and plural.
 * @param {Word} word
 * @param {Record<string, string | number>} [values]
 */
export function say(word, values = {}) {
  const text = TEXTS[word][language === "zh" ? 1 : 0];
  const [one = text, other = one] = text.split("|");
  const isOne = new Intl.PluralRules(LOCALES[language]).select(Number(values["n"] ?? 2)) === "one";
  return (isOne ? one : other).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? number(value) : value;
  });
}

/**
 * Say a text if there is one of this name.
 * @param {string} name
 */
const perhaps = (name) => (Object.hasOwn(TEXTS, name) ? say(/** @type {Word} */ (name)) : null);

/**
 * Say a word of the API's closed lists, or the word itself if it is new.
 * @param {string} word
 */
export const saying = (word) => perhaps(`value.${word}`) ?? perhaps(word) ?? word;

/**
 * Name a filter; as the API does, if it is new.
 * @param {string} filter
 */
export const filterName = (filter) => perhaps(`filter.${filter}`) ?? filter;

/**
 * Say a value of a filter that has but some words as values; null if it is of another kind.
 * @param {string} filter
 * @param {string} value
 */
export const valueName = (filter, value) => perhaps(`value.${filter}.${value}`) ?? perhaps(`value.${value}`);

/**
 * Name a member of a record; as the API has it, if it is new.
 * @param {string} field Such as "participants.title.en".
 */
export const fieldName = (field) => perhaps(`field.${field}`) ?? field;

/**
 * Write a number.
 * @param {number} value
 */
export const number = (value) => new Intl.NumberFormat(LOCALES[language]).format(value);

/**
 * Write a number where there is little room, large ones rounded.
 * @param {number} value
 */
export const compact = (value) =>
  new Intl.NumberFormat(LOCALES[language], {
    ...(value >= 10_000 && { notation: "compact", maximumFractionDigits: value < 100_000 ? 1 : 0 }),
  }).format(value);

/**
 * Choose the language of a name; the other one where it is not there.
 * @param {{en?: string | null, zh?: string | null} | null | undefined} both
 */
export function inLanguage(both) {
  return (language === "zh" ? (both?.zh ?? both?.en) : (both?.en ?? both?.zh)) ?? "";
}

/**
 * Name several things in a row.
 * @param {string[]} names
 */
export const listed = (names) => new Intl.ListFormat(LOCALES[language]).format(names);

/**
 * Write a date as exactly as it is known: 2023, 2023-10, 2023-10-31 or two days with a slash; what is
 * none stays as it is.
 * @param {string} value
 */
export function day(value) {
  const [first = "", last] = value.split("/");
  if (!isDate(first) || (last && !isDate(last))) return value;
  const format = formatOf(first);
  if (!last) return format.format(utc(first));
  if (language === "zh") return inChinese(format.format(utc(first)), format.format(utc(last)));
  return format.formatRange(utc(first), utc(last));
}

/**
 * Write a range as its days are written, where browsers write it with slashes; what the last day
 * shares with the first is said once.
 * @param {string} first Such as 2025年11月9日.
 * @param {string} last
 */
function inChinese(first, last) {
  const [from = [], to = []] = [first, last].map((text) => text.match(/\d+\D+/g) ?? []);
  const differs = to.findIndex((part, at) => part !== from[at]);
  return differs < 0 ? first : `${first}至${to.slice(differs).join("")}`;
}

/** @param {string} value */
function isDate(value) {
  const date = /^\d{4}(-\d\d){0,2}$/.test(value) ? utc(value) : null;
  return date && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(value);
}

/** Give the names of months as d3 wants them. */
export function timeFormatLocale() {
  const months = (/** @type {"long" | "short"} */ month) =>
    [...Array(12).keys()].map((at) =>
      new Intl.DateTimeFormat(LOCALES[language], { month, timeZone: "UTC" }).format(Date.UTC(2023, at)),
    );
  const days = (/** @type {"long" | "short"} */ weekday) =>
    [...Array(7).keys()].map((at) =>
      new Intl.DateTimeFormat(LOCALES[language], { weekday, timeZone: "UTC" }).format(
        Date.UTC(2023, 0, 1 + at),
      ),
    );
  return {
    dateTime: "%x, %X",
    date: "%Y-%m-%d",
    time: "%H:%M:%S",
    periods: ["AM", "PM"],
    days: days("long"),
    shortDays: days("short"),
    months: months("long"),
    shortMonths: months("short"),
  };
}

/** @param {string} value */
const utc = (value) => new Date(`${value}${"-01-01".slice((value.split("-").length - 1) * 3)}T00:00:00Z`);

/** @param {string} value */
function formatOf(value) {
  const parts = value.split("-").length;
  return new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: "UTC",
    year: "numeric",
    ...(parts > 1 && { month: language === "zh" ? "long" : "short" }),
    ...(parts > 2 && { day: "numeric" }),
  });
}

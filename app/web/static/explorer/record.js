/** One meeting as it is recorded: who, in which capacity, on what, and by which source. */

import { once } from "./api.js";
import { h } from "./dom.js";
import { called, learn, nameOf } from "./names.js";
import { day, fieldName, inLanguage, listed, say, saying } from "./words.js";

/**
 * Remember the names that a meeting tells.
 * @param {Meeting} meeting
 */
export function learnFrom({ participants, themes, place, event }) {
  for (const { person, organization } of participants) {
    if (person) learn("people", person.id, person.name);
    if (organization) learn("organizations", organization.id, organization.name);
  }
  for (const theme of themes) learn("themes", theme.id, theme.label);
  if (place) learn("places", place.id, place.name);
  if (event) learn("events", event.id, event.name);
}

/**
 * Write a record; how sources are called is asked for.
 * @param {Meeting} meeting
 * @returns {Promise<import("./dom.js").Child[]>}
 */
export async function record(meeting) {
  const [sources] = await Promise.all([
    sourcesOf(meeting),
    ...countriesOf(meeting).map((one) => nameOf("country", one)),
  ]);
  return [
    h("p", {}, inLanguage(meeting.summary)),
    facts(meeting),
    heading("participants", isAmong(["participants", "titles"], meeting.disputed)),
    h("ul", { class: "statements" }, ...meeting.participants.map(participant)),
    ...meeting.participants.flatMap(words),
    meeting.themes.length > 0 && heading("themesOf", isAmong(["themes"], meeting.disputed)),
    meeting.themes.length > 0 && h("ul", { class: "statements" }, ...meeting.themes.map(theme)),
    heading("citations"),
    h("ul", { class: "citations" }, ...meeting.citations.map((one) => citation(one, sources))),
    meeting.supplied.length > 0 &&
      h("p", { class: "note" }, say("by", { fields: listed([...new Set(meeting.supplied.map(fieldName))]) })),
    links(meeting.id),
  ];
}

/**
 * Ask for the sources that a meeting cites.
 * @param {Meeting} meeting
 * @returns {Promise<Map<string, Partial<Source>>>}
 */
async function sourcesOf({ citations }) {
  const ids = [...new Set(citations.map((one) => one.source))];
  const found = await Promise.all(
    ids.map((id) => once(`/v1/sources/${encodeURIComponent(id)}`).catch(() => ({ id }))),
  );
  return new Map(found.map((one) => [one.id, one]));
}

/** @param {Meeting} meeting */
function countriesOf({ place, participants }) {
  const every = [place?.country, ...participants.map((one) => one.country)];
  return [...new Set(every.flatMap((one) => one ?? []))];
}

/**
 * @param {import("./words.js").Word} word
 * @param {boolean} [isDisputed]
 */
const heading = (word, isDisputed) => h("h3", {}, say(word), isDisputed && disputedHere());

const disputedHere = () => h("span", { class: "mark strong" }, say("disputedHere"));

/** @param {Meeting} meeting */
function facts({ date, place, participants, mode, event, disputed }) {
  const known = /** @type {[string, string, string][]} */ ([
    [
      "date",
      say("date"),
      day(date.value) + (date.year_basis === "inferred" ? ` (${say("yearInferred")})` : ""),
    ],
    [
      "place",
      say("place"),
      place
        ? [inLanguage(place.name), place.country && called("countries", place.country)]
            .filter(Boolean)
            .join(say("comma"))
        : say("notStated"),
    ],
    ["host", say("host"), hosts(participants) || say("notStated")],
    ["mode", say("mode"), saying(mode)],
    ["event", say("event"), event ? inLanguage(event.name) : ""],
  ]);
  const shown = known.filter(([, , value]) => value);
  return h(
    "dl",
    { class: "facts" },
    ...shown.map(([field, term, value]) =>
      h("div", {}, h("dt", {}, term), h("dd", {}, value, isAmong([field], disputed) && disputedHere())),
    ),
  );
}

/**
 * Name the hosts, of which some are of another country, or of none.
 * @param {Participant[]} participants
 */
function hosts(participants) {
  const names = participants
    .filter((one) => one.role === "host")
    .map(({ country, organization, person }) =>
      country ? called("countries", country) : inLanguage((organization ?? person)?.name),
    );
  return listed([...new Set(names)]);
}

/**
 * @param {string[]} some
 * @param {string[]} fields
 */
const isAmong = (some, fields) => some.some((one) => fields.includes(one));

/** @param {Participant} one */
function participant({ person, organization, country, role, title, title_basis: basis }) {
  const standsFor = [organization && inLanguage(organization.name), country && called("countries", country)];
  return h(
    "li",
    {},
    h("span", {}, person ? h("strong", {}, inLanguage(person.name)) : h("em", {}, say("unnamed"))),
    h("span", {}, title ? written(title, basis) : say("titleNotStated")),
    h("span", { class: "quiet" }, [...standsFor, saying(role)].filter(Boolean).join(" · ")),
  );
}

/**
 * A title in the language of the page, with the one that the source has, and how it is known.
 * @param {{en?: string | null, zh?: string | null}} title
 * @param {string | null} basis
 */
function written(title, basis) {
  const original = title.zh && title.zh !== inLanguage(title) ? title.zh : null;
  return h(
    "span",
    {},
    inLanguage(title),
    original && h("span", { class: "original", lang: "zh-Hans" }, original),
    basis && h("span", { class: "mark" }, saying(basis)),
  );
}

/** @param {Participant} one */
function words({ person, said }) {
  if (!said) return [];
  const at = said.locator ? say("paragraph", { locator: said.locator }) : "";
  return [
    heading("said"),
    h(
      "blockquote",
      {},
      h("p", {}, inLanguage(said)),
      h("footer", {}, [person && inLanguage(person.name), at].filter(Boolean).join(say("comma"))),
    ),
  ];
}

/** @param {MeetingTheme} one */
function theme({ label, wording, basis, raised_by: raisedBy, locator }) {
  const from = [
    raisedBy && say("raisedBy", { name: called("people", raisedBy) }),
    locator && say("paragraph", { locator }),
  ];
  return h(
    "li",
    {},
    h("span", {}, h("strong", {}, inLanguage(label))),
    h(
      "span",
      {},
      wording && h("q", { lang: /\p{Script=Han}/u.test(wording) ? "zh-Hans" : "en" }, wording),
      h("span", { class: "mark" }, saying(basis)),
    ),
    h("span", { class: "quiet" }, from.filter(Boolean).join(" · ")),
  );
}

/**
 * @param {Citation} one
 * @param {Map<string, Partial<Source>>} sources
 */
function citation({ source, locator, stance, fields, asserted }, sources) {
  const { title, publisher, url } = sources.get(source) ?? {};
  const name = [title, publisher].filter(Boolean).join(" · ") || source;
  return h(
    "li",
    { class: stance },
    h("span", { class: stance === "contradicts" ? "mark strong" : "mark good" }, say(stance)),
    ` ${listed(fields.map(fieldName))}${say("colon")}`,
    h("a", { href: `/v1/sources/${encodeURIComponent(source)}` }, name),
    locator && ` ${say("paragraph", { locator })}`,
    asserted != null && h("strong", {}, ` ${say("asserts", { value: day(String(asserted)) })}`),
    url && h("a", { class: "itself", href: url, rel: "noreferrer" }, say("itself")),
  );
}

/** @param {string} id */
function links(id) {
  const path = `/v1/meetings/${encodeURIComponent(id)}`;
  return h(
    "p",
    { class: "links" },
    h("a", { href: path }, say("record")),
    h("a", { href: `${path}/history` }, say("history")),
  );
}

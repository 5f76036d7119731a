/** Where: who takes part, as circles upon their countries, and the places of meetings. */

import { filters, isChosen, narrow } from "./address.js";
import { all, ask, MOST_RECORDS, once, path } from "./api.js";
import { draw } from "./chart.js";
import { h } from "./dom.js";
import { called, learnAll } from "./names.js";
import { number, say } from "./words.js";

const WORLD = "/assets/explorer/world.json";
const MOST_COUNTRIES = 250;
const MOST_PLACES = 1000;
const MOST_DRAWN = 150;
const MOST_KNOWN = 3000;

/** @typedef {{filter: "country" | "place", id: string, name: string, meetings: number, longitude?: number, latitude?: number}} Mark */

/** @type {import("./view.js").View} */
export const map = {
  id: "map",
  title: "map",
  lead: "mapIs",
  async ask(signal) {
    const questions = [
      path("counts", filters(), { by: "country", limit: MOST_COUNTRIES }),
      path("counts", filters(), { by: "place", limit: MOST_PLACES }),
    ];
    const [countries, places] = await Promise.all(
      questions.map((one) => /** @type {Promise<Counts>} */ (ask(one, signal))),
    );
    if (!countries || !places) throw new Error("Both were asked for.");
    for (const { labels } of [countries, places]) learnAll(labels);
    const marks = [...(await ofCountries(countries)), ...(await ofPlaces(places))];
    const drawn = [
      ...marks.filter(isCountry),
      ...marks.filter((one) => !isCountry(one)).slice(0, MOST_DRAWN),
    ].filter((one) => one.longitude != null);
    const nowhere = Number(places.data.find((row) => row["place"] === null)?.meetings ?? 0);
    return {
      paths: questions,
      isEmpty: countries.meetings_total === 0,
      content: [table(marks)],
      picture: (element) => picture(element, drawn),
      notes: [
        ...(nowhere ? [say("noPlace", { n: nowhere })] : []),
        ...(drawn.length < marks.length ? [say("notDrawn", { n: marks.length - drawn.length })] : []),
        say("mapNote"),
      ],
    };
  },
};

/** @param {Mark} one */
const isCountry = ({ filter }) => filter === "country";

/**
 * @param {Counts} counts
 * @returns {Promise<Mark[]>}
 */
async function ofCountries(counts) {
  const { points } = await once(WORLD);
  return counts.data.flatMap(({ country, meetings }) => {
    if (country == null) return [];
    const [longitude, latitude] = points[country] ?? [];
    return [mark("country", String(country), Number(meetings), longitude, latitude)];
  });
}

/**
 * @param {Counts} counts
 * @returns {Promise<Mark[]>}
 */
async function ofPlaces(counts) {
  const known = counts.data.some((row) => row["place"])
    ? await all(`/v1/places?has_meetings=true&limit=${MOST_RECORDS}`, MOST_KNOWN)
    : [];
  const byId = new Map(known.map((/** @type {Place} */ one) => [one.id, one]));
  return counts.data.flatMap(({ place, meetings }) => {
    if (place == null) return [];
    const { longitude, latitude } = byId.get(String(place)) ?? {};
    return [mark("place", String(place), Number(meetings), longitude, latitude)];
  });
}

/**
 * @param {"country" | "place"} filter
 * @param {string} id
 * @param {number} meetings
 * @param {number | null} [longitude]
 * @param {number | null} [latitude]
 * @returns {Mark}
 */
function mark(filter, id, meetings, longitude, latitude) {
  const name = called(filter === "country" ? "countries" : "places", id);
  return {
    filter,
    id,
    name,
    meetings,
    ...(longitude != null && latitude != null && { longitude, latitude }),
  };
}

/** @param {Mark[]} marks */
function table(marks) {
  const part = (/** @type {"country" | "place"} */ filter) =>
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, say(filter === "country" ? "partners" : "places")),
          h("th", { scope: "col", class: "number" }, say("number")),
        ),
      ),
      h("tbody", {}, ...marks.filter((one) => one.filter === filter).map(row)),
    );
  return h(
    "div",
    { class: "scroll halves", tabindex: 0, role: "group", "aria-labelledby": "map-title" },
    part("country"),
    part("place"),
  );
}

/** @param {Mark} one */
function row({ filter, id, name, meetings }) {
  const button = h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-pressed": isChosen(filter, id),
      "data-key": `${filter}-${id}`,
      onclick: () => narrow({ [filter]: id }),
    },
    name,
  );
  return h("tr", {}, h("th", { scope: "row" }, button), h("td", { class: "number" }, number(meetings)));
}

/**
 * @param {HTMLElement} element
 * @param {Mark[]} marks
 */
async function picture(element, marks) {
  const { topology } = await once(WORLD);
  const values = marks.map((one) => ({
    ...one,
    pick: one.id,
    isChosen: isChosen(one.filter, one.id),
    text: `${one.name}${say("colon")}${say("meetings", { n: one.meetings })}`,
  }));
  const most = Math.max(1, ...values.map((one) => one.meetings));
  const width = element.clientWidth;
  await draw(
    element,
    {
      width: "container",
      height: Math.round(Math.max(180, Math.min(420, width * 0.46))),
      autosize: { type: "fit-x", contains: "padding" },
      projection: { type: "equalEarth" },
      layer: [
        {
          data: { values: topology, format: { type: "topojson", feature: "countries" } },
          mark: { type: "geoshape", fill: "var(--land)", stroke: "var(--paper)", strokeWidth: 0.6 },
        },
        circles(
          values.filter((one) => one.filter === "country"),
          [40, Math.max(90, Math.min(1400, width))],
          most,
        ),
        diamonds(values.filter((one) => one.filter === "place")),
      ],
    },
    { onPick: (datum) => narrow({ [datum.filter]: datum.id }) },
  );
  element.append(legend());
}

/**
 * @param {object[]} values
 * @param {number[]} sizes
 * @param {number} most
 */
function circles(values, sizes, most) {
  return {
    data: { values },
    mark: { type: "circle", cursor: "pointer", stroke: "var(--accent)", strokeWidth: 1.2, opacity: 1 },
    encoding: {
      ...at,
      size: {
        field: "meetings",
        type: "quantitative",
        legend: null,
        scale: { type: "linear", domain: [0, most], range: sizes },
      },
      fill: { condition: { test: "datum.isChosen", value: "var(--accent)" }, value: "var(--accent-faint)" },
    },
  };
}

/** @param {object[]} values */
function diamonds(values) {
  return {
    data: { values },
    mark: {
      type: "point",
      shape: "diamond",
      filled: true,
      cursor: "pointer",
      size: 60,
      stroke: "var(--paper)",
      strokeWidth: 1,
      opacity: 1,
    },
    encoding: {
      ...at,
      fill: { condition: { test: "datum.isChosen", value: "var(--accent)" }, value: "var(--ink)" },
    },
  };
}

const at = {
  longitude: { field: "longitude", type: "quantitative" },
  latitude: { field: "latitude", type: "quantitative" },
  tooltip: { field: "text", type: "nominal" },
};

function legend() {
  return h(
    "p",
    { class: "legend" },
    h("span", { class: "key circle", "aria-hidden": "true" }),
    say("partners"),
    h("span", { class: "key diamond", "aria-hidden": "true" }),
    say("places"),
  );
}

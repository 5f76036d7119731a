/** How a picture is drawn: by Vega-Lite, without code made from texts, in the colours of the page. */

/** @type {Promise<void> | undefined} */
let loading;
/** @type {Map<HTMLElement, () => void>} What each picture leaves to be given up with it. */
const drawn = new Map();

const FONT = "inherit";
const CONFIG = {
  background: "transparent",
  font: FONT,
  view: { stroke: null },
  axis: {
    labelColor: "var(--quiet)",
    gridColor: "var(--line)",
    domainColor: "var(--line)",
    tickColor: "var(--line)",
    labelFontSize: 12,
  },
};

/**
 * Draw a picture into an element, in place of the one before.
 * @param {HTMLElement} element
 * @param {object} spec In Vega-Lite, without its schema.
 * @param {{onPick: (datum: any) => void, timeFormatLocale?: object}} how
 */
export async function draw(element, spec, { onPick, ...options }) {
  await loaded();
  const canvas = document.createElement("div");
  canvas.setAttribute("aria-hidden", "true"); // The table says the same.
  element.replaceChildren(canvas);
  giveUp();
  const { view, finalize } = await window.vegaEmbed(
    canvas,
    { config: CONFIG, ...spec },
    { ast: true, renderer: "svg", actions: false, tooltip: { theme: "custom" }, ...options },
  );
  drawn.set(canvas, finalize);
  view.addEventListener("click", (/** @type {unknown} */ _event, /** @type {any} */ item) => {
    if (item?.datum?.pick) onPick(item.datum);
  });
}

/** Give up pictures that are not shown any more, which would listen to the page for ever. */
function giveUp() {
  for (const [canvas, finalize] of drawn) {
    if (canvas.isConnected) continue;
    finalize();
    drawn.delete(canvas);
  }
}

/** Tell whether pictures can be drawn at once. */
export const isReady = () => "vegaEmbed" in window;

/** Load the library, which is large, once the page is there. */
function loaded() {
  loading ??= import(/** @type {string} */ ("/assets/vega.js"));
  loading.catch(() => (loading = undefined));
  return loading;
}

// What the modules of the explorer may name in JSDoc without importing it: the shapes of the API.

type Bilingual = import("./schema").Bilingual;
type Citation = import("./schema").Citation;
type Country = import("./schema").Country;
type Counts = import("./schema").Counts;
type DatasetState = import("./schema").DatasetState;
type Dyad = import("./schema").Dyad;
type Dyads = import("./schema").Dyads;
type Meeting = import("./schema").Meeting;
type MeetingTheme = import("./schema").MeetingTheme;
type Participant = import("./schema").Participant;
type Place = import("./schema").Place;
type Problem = import("./schema").Problem;
type Source = import("./schema").Source;
type Suggestion = import("./schema").Suggestion;
type Suggestions = import("./schema").Suggestions;
type ThemeNode = import("./schema").ThemeBranch;
type ThemeTree = import("./schema").ThemeTree;

/** What app/web/static/vega.js adds; its own types are not worth another package. */
interface Window {
  vega: any;
  vegaEmbed: (
    element: HTMLElement,
    spec: object,
    options: object,
  ) => Promise<{ view: any; finalize(): void }>;
}

// What a front-end writes with a client that is generated from openapi.json. It is only compiled.

import createClient from "openapi-fetch";
import type {
  Change,
  Counts,
  FaultCode,
  Meeting,
  MeetingRecordInput,
  Mode,
  Operation,
  Participant,
  paths,
  Problem,
  Role,
  Status,
} from "./schema";

const client = createClient<paths>({ baseUrl: "http://localhost:8000" });

/** All meetings of a country: `next` leads from page to page. */
export async function* meetingsOf(country: string): AsyncGenerator<Meeting> {
  let cursor: { cursor?: string } = {};
  for (;;) {
    const { data, error } = await client.GET("/v1/meetings", {
      params: { query: { country: [country], sort: "date", limit: 100, ...cursor } },
    });
    if (error) throw new Error(inWords(error));
    yield* data.data;
    if (data.next === null) return;
    cursor = { cursor: cursorOf(data.next) };
  }
}

function cursorOf(next: string): string {
  return new URL(next, "http://localhost:8000").searchParams.get("cursor") ?? "";
}

/** One meeting, as a heading and a line for each participant. */
export async function show(id: string): Promise<string[]> {
  const { data, error } = await client.GET("/v1/meetings/{id}", { params: { path: { id } } });
  if (error) return [inWords(error)];
  const where = data.place?.name.en ?? "an unknown place";
  const heading = `${data.title.en}, ${data.date.value}, ${where}: ${how(data.mode)}, ${status(data.status)}`;
  return [heading, ...data.participants.map(line)];
}

function line(one: Participant): string {
  const name = one.person?.name.en ?? one.organization?.name.en ?? one.country ?? "somebody";
  return `${part(one.role)}: ${name}, ${one.title?.en ?? "no title known"}`;
}

function part(role: Role): string {
  switch (role) {
    case "host":
      return "Host";
    case "guest":
      return "Guest";
    case "chair":
      return "Chair";
    case "participant":
      return "Participant";
    default:
      return role satisfies never;
  }
}

function how(mode: Mode): string {
  switch (mode) {
    case "in_person":
      return "face to face";
    case "video":
    case "phone":
      return `by ${mode}`;
    case "hybrid":
      return "some by video";
    case "unknown":
      return "not known how";
    default:
      return mode satisfies never;
  }
}

const STATUSES: Record<Status, string> = {
  reported: "as one source has it",
  confirmed: "as several sources have it",
  retracted: "withdrawn",
};

function status(one: Status): string {
  return STATUSES[one];
}

/** What to tell the user, by the `code` of a problem and those of its faults. */
function inWords(problem: Problem): string {
  switch (problem.code) {
    case "not_ready":
    case "too_busy":
      return "Try again in a moment.";
    case "time_limit_exceeded":
      return "Ask for less at once.";
    case "merged":
    case "gone":
      return "There is no such record any more.";
    case "invalid_request":
      return problem.errors.map((fault) => hint(fault.code, fault.suggestion)).join(" ");
    default:
      return `${problem.title}: ${problem.detail} (${problem.request_id})`;
  }
}

function hint(code: FaultCode, suggestion: string | null): string {
  return code === "unknown_value" && suggestion !== null ? `Did you mean ${suggestion}?` : code;
}

/** How often each country was met in each year, with its name. */
export async function table(): Promise<string[]> {
  const { data } = await client.GET("/v1/counts", {
    params: { query: { by: ["country", "year"], anchor: "CN" } },
  });
  return data?.data.map((row) => cells(row, data.labels)) ?? [];
}

function cells(row: Counts["data"][number], labels: Counts["labels"]): string {
  const name = row.country ? labels["country"]?.[row.country]?.en : "unknown";
  const year: number | null = row.year ?? null;
  return `${name ?? row.country} ${year ?? "?"} ${row.meetings.toFixed(0)}`;
}

/** Asks again only for what has changed. */
export async function refreshed(known: Meeting, etag: string): Promise<Meeting> {
  const { data, response } = await client.GET("/v1/meetings/{id}", {
    params: { path: { id: known.id } },
    headers: { "If-None-Match": etag },
  });
  return response.status === 304 || !data ? known : data;
}

/** A file is text. */
export async function calendar(): Promise<string | undefined> {
  const { data } = await client.GET("/v1/meetings.ics", {
    params: { query: { language: "zh" } },
    parseAs: "text",
  });
  return data;
}

/** What to do with one's copy, for each change in the feed. */
export function applied(copy: Map<string, Change["record"]>, change: Change): void {
  const operations: Record<Operation, () => void> = {
    upsert: () => copy.set(change.id, change.record),
    delete: () => copy.delete(change.id),
    merge: () => copy.delete(change.id),
  };
  operations[change.op]();
}

/** A meeting needs little; what may be left out need not be written. */
export async function recorded(key: string): Promise<number | undefined> {
  const meeting: MeetingRecordInput = {
    id: "2024-01-30-osh",
    title: { en: "A meeting", zh: "会晤" },
    date: { value: "2024-01", year_basis: "stated" },
    mode: "in_person",
    participants: [{ country: "KG", role: "host" }],
    citations: [{ source: "gazette", stance: "supports", fields: ["date"] }],
  };
  const { data } = await client.PUT("/v1/meetings/{id}", {
    params: {
      path: { id: meeting.id },
      query: { reason: "New" },
      header: { "If-None-Match": "*" },
    },
    headers: { Authorization: `Bearer ${key}` },
    body: meeting,
  });
  return data?.version;
}

/** What must not compile. */
export async function mistakes(meeting: Meeting, problem: Problem): Promise<void> {
  // @ts-expect-error A filter that is misspelt.
  await client.GET("/v1/meetings", { params: { query: { contry: ["RU"] } } });
  // @ts-expect-error A word that is not in the list.
  await client.GET("/v1/meetings", { params: { query: { mode: "by_pigeon" } } });
  // @ts-expect-error A count by nothing.
  await client.GET("/v1/counts", { params: { query: { anchor: "CN" } } });
  // @ts-expect-error A count by what there is not.
  await client.GET("/v1/counts", { params: { query: { by: ["colour"] } } });
  // @ts-expect-error A path that there is not.
  await client.GET("/v1/meeting");
  // @ts-expect-error A record without its id.
  await client.GET("/v1/meetings/{id}");
  // @ts-expect-error A place that may be unknown.
  meeting.place.name;
  // @ts-expect-error A member that there is not.
  meeting.location;
  // @ts-expect-error A word that no status is.
  if (meeting.status === "draft") return;
  // @ts-expect-error A code that no problem has.
  if (problem.code === "not_fund") return;
}

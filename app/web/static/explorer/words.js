/** What the page says, in English and in Chinese; and how numbers, days and names are written. */

/** @typedef {"en" | "zh"} Language */

const LOCALES = /** @type {const} */ ({ en: "en-GB", zh: "zh-CN" });
const KEPT = "parley-language";

/** @type {Language} */
let language = "en";

/** What is said: in English, in Chinese. Of what is counted there are a singular and a plural. */
const WORDS = /** @type {const} */ ({
  title: ["Diplomatic meetings", "外交会晤"],
  lead: [
    "Who met whom, when, where, on what, and by which source. Choose a mark in any view, and all others follow.",
    "谁与谁会面、何时何地、谈了什么、出自何处。点选任一图中的内容，其余各图随之更新。",
  ],
  skip: ["Skip to the meetings", "跳到会晤列表"],
  language: ["Language", "语言"],
  sections: ["Sections", "栏目"],
  explorer: ["Explorer", "总览"],
  docs: ["API", "API"],
  cookbook: ["Cookbook", "查询示例"],
  recipes: ["Recipes", "使用指南"],
  curating: ["Add and correct", "增补与更正"],
  import: ["Spreadsheets", "电子表格"],
  scaling: ["More readers", "扩展部署"],
  limits: ["Limits", "限制"],
  filters: ["Filters", "筛选"],
  search: ["Search", "搜索"],
  searchHint: ["Words, a person, a country …", "词语、人名、国家……"],
  searchFor: ["Search all texts for “{q}”", "全文搜索“{q}”"],
  suggestions: ["Suggestions", "建议"],
  country: ["Country", "国家"],
  theme: ["Theme", "议题"],
  addCountry: ["Add a country …", "添加国家……"],
  themes: ["Choose themes", "选择议题"],
  from: ["From", "起"],
  to: ["To", "止"],
  dateHint: ["2023, 2023-06 or 2023-06-08", "2023、2023-06 或 2023-06-08"],
  quick: ["Quick choices", "快捷选择"],
  allDates: ["All dates", "全部日期"],
  lastYear: ["Last 12 months of the data", "数据的最后 12 个月"],
  host: ["Host", "东道方"],
  mode: ["How", "方式"],
  any: ["Any", "不限"],
  unknownHost: ["Host unknown", "东道方不详"],
  in_person: ["In person", "当面"],
  video: ["By video", "视频"],
  phone: ["By phone", "电话"],
  hybrid: ["Partly by video", "线上线下结合"],
  unknown: ["Unknown", "不详"],
  "type.country": ["Country", "国家"],
  "type.theme": ["Theme", "议题"],
  "type.person": ["Person", "人物"],
  "type.organization": ["Organization", "机构"],
  "type.place": ["Place", "地点"],
  "type.event": ["Event", "活动"],
  "type.source": ["Source", "来源"],
  person: ["Person", "人物"],
  organization: ["Organization", "机构"],
  source: ["Source", "来源"],
  q: ["Words", "词语"],
  date_from: ["From", "起"],
  date_to: ["To", "止"],
  country_all: ["With", "包含国家"],
  country_not: ["Without country", "不含国家"],
  theme_all: ["Also on", "同时涉及"],
  theme_not: ["Not on", "不涉及"],
  person_all: ["With", "包含人物"],
  person_not: ["Without person", "不含人物"],
  organization_all: ["With", "包含机构"],
  organization_not: ["Without organization", "不含机构"],
  anchor: ["Seen from", "视角"],
  place_country: ["Venue in", "地点所在国"],
  chosen: ["Chosen", "已选"],
  remove: ["Remove {name}", "移除{name}"],
  clear: ["Clear all", "全部清除"],
  meetings: ["{n} meeting|{n} meetings", "{n} 次会晤"],
  atLeast: ["more than {n} meetings", "超过 {n} 次会晤"],
  match: ["match", "符合条件"],
  timeline: ["When", "何时"],
  timelineIs: ["Meetings by {unit}; choose one to see its meetings.", "按{unit}统计的会晤；点选即可查看。"],
  month: ["month", "月"],
  year: ["year", "年"],
  spanning: [
    "{n} meeting is not drawn: its date spans several {unit}s.|{n} meetings are not drawn: their dates span several {unit}s.",
    "另有 {n} 次会晤的日期跨越多个{unit}，未绘出。",
  ],
  map: ["Where", "何地"],
  mapIs: ["Who takes part, and where they meet.", "参与方及会晤地点。"],
  partners: ["Countries that take part", "参与国家"],
  places: ["Meeting places", "会晤地点"],
  noPlace: ["{n} meeting has no place that is known.|{n} meetings have no place that is known.", "另有 {n} 次会晤地点不详。"],
  mapNote: [
    "Shapes: Natural Earth (public domain), muted on purpose. They are for orientation and take no position on borders or on anybody's status.",
    "底图：Natural Earth（公有领域），刻意淡化，仅供定位，不表示对边界或任何地区地位的立场。",
  ],
  matrix: ["On what", "谈什么"],
  matrixIs: [
    "Countries by theme, as sources state them. A meeting counts once for each of its themes.",
    "国家与议题（据来源所述）。一次会晤涉及几个议题即计入几格。",
  ],
  more: ["{n} more|{n} more", "另有 {n} 项"],
  matrixCut: ["Shown: the most frequent {countries} of {allCountries} countries and {themes} of {allThemes} themes.", "显示最常见的 {countries}/{allCountries} 个国家和 {themes}/{allThemes} 个议题。"],
  fewer: ["Not told apart: fewer than {n}.", "未逐一列出：少于 {n}。"],
  pairs: ["Who met whom", "谁与谁"],
  pairsIs: ["Pairs that met most often, and when they last did.", "会晤最频繁的双方，以及最近一次会晤。"],
  between: ["Between", "范围"],
  countries: ["Countries", "国家"],
  people: ["People", "人物"],
  organizations: ["Organizations", "机构"],
  last: ["last {day}", "最近 {day}"],
  pairsCut: ["The first {shown} of {n} pair.|The first {shown} of {n} pairs.", "共 {n} 对，显示前 {shown} 对。"],
  list: ["The meetings", "会晤列表"],
  listIs: ["Newest first. Open one for its record: titles at the time, wordings, sources.", "由新到旧。展开可见当时职务、原文措辞与出处。"],
  showMore: ["Show more meetings", "显示更多会晤"],
  participants: ["Who took part", "参与者"],
  name: ["Name", "姓名"],
  titleThen: ["Title at the time", "当时职务"],
  for: ["For", "代表"],
  role: ["Role", "身份"],
  hostRole: ["Host", "东道方"],
  guestRole: ["Guest", "来宾"],
  chairRole: ["Chair", "主持"],
  participantRole: ["Participant", "参与者"],
  unnamed: ["not named", "未具名"],
  stated: ["stated", "来源所述"],
  inherited: ["from elsewhere in the source", "据来源他处"],
  supplied: ["supplied by the editors", "编者补充"],
  grouped: ["grouped by the source", "来源归类"],
  inferred: ["inferred", "推断"],
  said: ["As reported", "据报道"],
  themesOf: ["Themes", "议题"],
  wording: ["Wording", "措辞"],
  basis: ["Basis", "依据"],
  raisedBy: ["Raised by", "提出者"],
  where: ["Where", "出处"],
  citations: ["Sources", "来源"],
  supports: ["supports", "支持"],
  contradicts: ["contradicts", "不符"],
  asserts: ["has {value}", "作 {value}"],
  paragraph: ["at {locator}", "见 {locator}"],
  date: ["Date", "日期"],
  place: ["Place", "地点"],
  event: ["Event", "活动"],
  "field.date": ["date", "日期"],
  "field.place": ["place", "地点"],
  "field.event": ["event", "活动"],
  "field.mode": ["how they met", "会晤方式"],
  "field.participants": ["participants", "参与者"],
  "field.titles": ["titles", "职务"],
  "field.themes": ["themes", "议题"],
  "field.said": ["what was said", "所述内容"],
  "field.name": ["name", "名称"],
  "field.title": ["heading", "标题"],
  "field.title.en": ["heading in English", "英文标题"],
  "field.title.zh": ["heading in Chinese", "中文标题"],
  "field.summary": ["summary", "摘要"],
  "field.participants.organization": ["organizations", "所属机构"],
  "field.participants.title": ["titles", "职务"],
  "field.participants.title.en": ["titles in English", "英文职务"],
  "field.participants.title.zh": ["titles in Chinese", "中文职务"],
  disputed: ["Disputed: {fields}", "有争议：{fields}"],
  yearInferred: ["year inferred", "年份系推断"],
  placeUnknown: ["Place not stated", "地点未述"],
  hostUnknown: ["Host not stated", "东道方未述"],
  hostIs: ["Host: {name}", "东道方：{name}"],
  modeIs: ["{mode}", "{mode}"],
  notStated: ["not stated", "未述"],
  by: ["Supplied by the editors, and in no source: {fields}.", "由编者补充、并非来源所述：{fields}。"],
  record: ["This record as JSON", "此记录（JSON）"],
  history: ["Its history", "修订历史"],
  confirmed: ["Confirmed", "已证实"],
  retracted: ["Retracted", "已撤回"],
  coverage: ["What the data covers", "数据涵盖范围"],
  coverageIs: ["Read this before you read a zero.", "解读“零”之前请先看这里。"],
  selected: [
    "Selected: a meeting that is missing here may still have taken place.",
    "选录：此处没有的会晤，仍可能发生过。",
  ],
  complete: [
    "Complete, as far as the sources know: what is not here did not take place.",
    "就来源所知为完整：此处没有的，即未发生。",
  ],
  noCoverage: ["This data does not say what it covers: a zero means nothing here.", "本数据未说明涵盖范围：“零”没有含义。"],
  holds: [
    "{meetings} meetings, {people} people, {organizations} organizations, {themes} themes, {sources} sources.",
    "{meetings} 次会晤、{people} 人、{organizations} 个机构、{themes} 个议题、{sources} 个来源。",
  ],
  licence: ["Licence: {licence}. Cite as: {citation}", "许可：{licence}。引用格式：{citation}"],
  download: ["Everything as a file", "下载全部数据"],
  asTable: ["Table", "表格"],
  asPicture: ["Picture", "图形"],
  asCall: ["Use this: API call, CSV, code", "获取：API、CSV、代码"],
  asCsv: ["CSV", "CSV"],
  copy: ["Copy", "复制"],
  copyOf: ["Copy {name}", "复制 {name}"],
  copied: ["Copied", "已复制"],
  loading: ["Loading …", "载入中……"],
  nothing: ["No meeting matches.", "没有符合条件的会晤。"],
  mayStill: ["That need not mean that there was none: see what the data covers.", "这不一定表示没有发生过：请看数据涵盖范围。"],
  refused: ["This question cannot be answered:", "无法回答这个问题："],
  unreachable: ["The server does not answer.", "服务器没有响应。"],
  again: ["Try again", "重试"],
  number: ["Meetings", "会晤次数"],
  pairOf: ["{a} and {b}", "{a}与{b}"],
  and: [" – ", " — "],
  comma: [", ", "，"],
  disputedHere: ["disputed", "有争议"],
  colon: [": ", "："],
});

/** @typedef {keyof typeof WORDS} Word */

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
  const text = WORDS[word][language === "zh" ? 1 : 0];
  const [one = text, other = one] = text.split("|");
  const isOne = new Intl.PluralRules(LOCALES[language]).select(Number(values["n"] ?? 2)) === "one";
  return (isOne ? one : other).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? number(value) : value;
  });
}

/**
 * Say a word of the API's closed lists, or the word itself if it is new.
 * @param {string} word
 */
export const saying = (word) => (word in WORDS ? say(/** @type {Word} */ (word)) : word);

/**
 * Name a member of a record; as the API has it, if it is new.
 * @param {string} field Such as "participants.title.en".
 */
export function fieldName(field) {
  const word = `field.${field}`;
  return word in WORDS ? say(/** @type {Word} */ (word)) : field;
}

/**
 * Write a number.
 * @param {number} value
 */
export const number = (value) => new Intl.NumberFormat(LOCALES[language]).format(value);

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
 * Write a date as exactly as it is known: 2023, 2023-10, 2023-10-31 or two days with a slash.
 * @param {string} value
 */
export function day(value) {
  const [first = "", last] = value.split("/");
  const format = formatOf(first);
  return last ? format.formatRange(utc(first), utc(last)) : format.format(utc(first));
}

/** Give the names of months as d3 wants them. */
export function timeFormatLocale() {
  const months = (/** @type {"long" | "short"} */ month) =>
    [...Array(12).keys()].map((at) => new Intl.DateTimeFormat(LOCALES[language], { month, timeZone: "UTC" }).format(Date.UTC(2023, at)));
  const days = (/** @type {"long" | "short"} */ weekday) =>
    [...Array(7).keys()].map((at) => new Intl.DateTimeFormat(LOCALES[language], { weekday, timeZone: "UTC" }).format(Date.UTC(2023, 0, 1 + at)));
  return {
    dateTime: "%x, %X", date: "%Y-%m-%d", time: "%H:%M:%S", periods: ["AM", "PM"],
    days: days("long"), shortDays: days("short"), months: months("long"), shortMonths: months("short"),
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

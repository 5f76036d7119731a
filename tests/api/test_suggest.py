"""From a few letters to a record: what is suggested over the seed, and what is refused."""

from urllib.parse import quote

import httpx
import pytest

from app.schemas.suggestion import SuggestQuestion
from tests.api.asking import VOCABULARIES, ask, refused

WANG, ANWAR, ALVAREZ = "wang-xiaohong", "anwar-ibrahim", "lazaro-alvarez-casas"
SECURITY_MINISTRY, ARTICLE = "cn-ministry-of-public-security", "zhengzhi-2023-12-05"
RUSSIAN = ["ru-prosecutor-generals-office", "ru-ministry-of-internal-affairs"]
OTHER_SECURITY = [
    "bri-cooperation",  # "(non-security)"
    "bri-project-security",
    "brics-summit-security",
    "bri-personnel-security",
]

# What is typed, and the ids of what is suggested, in this order.
SUGGESTED: dict[str, list[str]] = {
    "wang": [WANG],
    "WANG": [WANG],
    "wang xi": [WANG],
    "wang x": [WANG],
    "Wang, Xi": [WANG],
    "xiao": [WANG],
    "xiaohong wang": [WANG],
    "xiaohong w": [WANG],
    "wang anwar": [],
    "iaohong": [],
    "王小": [WANG, ARTICLE],
    "小洪": [WANG, ARTICLE],
    "王小洪 wang": [WANG],
    "王洪": [],
    "王晓红": [],
    "alvar": [ALVAREZ],
    "ÁLVAREZ": [ALVAREZ],
    "casas lazaro": [ALVAREZ],
    "anw": [ANWAR],
    "安华": [ANWAR],
    "易卜拉欣": [ANWAR],
    "ደመላሽ": ["demelash-gebremichael"],
    "Колокольцев": ["vladimir-kolokoltsev"],
    "vladimir-kolokoltsev": ["vladimir-kolokoltsev"],
    "公安": [SECURITY_MINISTRY, ARTICLE],
    "公安 部": [SECURITY_MINISTRY, ARTICLE],
    "mps": [SECURITY_MINISTRY],
    "總": ["ru-prosecutor-generals-office", "et-federal-police-commission"],
    "毒": ["counter-narcotics"],
    "俄": ["RU", *RUSSIAN, ARTICLE, "ET", "et-federal-police-commission", "BY"],
    "俄羅斯": ["RU", *RUSSIAN, "BY"],
    "RU": ["RU", *RUSSIAN, "BI", "RO", "RW"],
    "rus": ["RU", *RUSSIAN],
    "643": ["RU"],
    "chn": ["CN"],
    "china": ["CN", SECURITY_MINISTRY, "HK", "MO", "TW"],
    "bri-sec": ["bri-security", *OTHER_SECURITY],
    "telecom": ["telecom-online-fraud", "telecom-fraud-teleconference-2023"],
    "forum": ["lianyungang-forum-2023", "belt-and-road-forum-2023-opening"],
    "xinhua": ["xinhua-english"],
    "beijing": ["beijing"],
    "xyzzy": [],
}


def ids(api: httpx.Client, query: str) -> list[str]:
    return [one["id"] for one in ask(api, f"/v1/suggest?{query}")["data"]]


@pytest.mark.parametrize("typed", SUGGESTED)
def test_a_few_letters_suggest(api: httpx.Client, typed: str) -> None:
    assert ids(api, f"q={quote(typed)}") == SUGGESTED[typed]


def test_a_suggestion_tells_what_was_found_and_where_it_leads(api: httpx.Client) -> None:
    answer = ask(api, "/v1/suggest?q=mps")
    assert answer == {
        "data": [
            {
                "type": "organization",
                "id": SECURITY_MINISTRY,
                "name": {"en": "Ministry of Public Security of China", "zh": "公安部"},
                "matched": "MPS",
                "meetings": 9,
                "links": {
                    "self": f"/v1/organizations/{SECURITY_MINISTRY}",
                    "meetings": f"/v1/meetings?organization={SECURITY_MINISTRY}",
                },
            }
        ],
        "revision": ask(api, "/v1/dataset")["revision"],
    }


@pytest.mark.parametrize(
    ("typed", "matched"),
    [
        ("俄", "俄罗斯"),
        ("russia", "Russia"),
        ("ru", "RU"),
        ("rus", "RUS"),
        ("643", "643"),
        ("alvarez", "Lázaro Alberto Álvarez Casas"),
        ("lazaro alvarez", "Lázaro Álvarez Casas"),
        ("小洪", "王小洪"),
        ("xiaohong wang", "Wang Xiaohong"),
        ("bri-security", "bri-security"),
    ],
)
def test_what_was_found_is_given_as_it_is_written(
    api: httpx.Client, typed: str, matched: str
) -> None:
    assert ask(api, f"/v1/suggest?q={quote(typed)}")["data"][0]["matched"] == matched


def test_a_source_is_named_by_its_title_or_else_its_publisher(api: httpx.Client) -> None:
    (article,) = ask(api, f"/v1/suggest?q={quote('公安部部长')}")["data"]
    assert set(article["name"].values()) == {article["matched"]}
    (agency,) = ask(api, "/v1/suggest?q=xinhua")["data"]
    assert set(agency["name"].values()) == {"Xinhua News Agency, English service"}


@pytest.mark.parametrize("path", VOCABULARIES)
def test_every_record_is_suggested_by_its_id_as_its_vocabulary_counts_it(
    api: httpx.Client, path: str
) -> None:
    records = ask(api, f"{path}?has_meetings=true&limit=1000")["data"]
    assert records
    for record in records:
        kind = record["links"]["meetings"].partition("?")[2].partition("=")[0]
        first = ask(api, f"/v1/suggest?q={record['id']}&type={kind}")["data"][0]
        assert (first["type"], first["id"]) == (kind, record["id"])
        assert (first["meetings"], first["links"]) == (record["meetings"], record["links"])


def test_kinds_can_be_chosen(api: httpx.Client) -> None:
    gongan = f"q={quote('公安')}"
    assert ids(api, f"{gongan}&type=organization") == [SECURITY_MINISTRY]
    assert ids(api, f"{gongan}&type=source&type=theme") == [ARTICLE]
    assert ids(api, f"{gongan}&type=theme") == []


def test_the_limit_leaves_the_likeliest(api: httpx.Client) -> None:
    all_of_them = ids(api, "q=s&limit=50")
    assert len(all_of_them) == 50
    assert ids(api, "q=s") == all_of_them[:10]
    assert ids(api, "q=s&limit=1") == all_of_them[:1]


def test_the_longest_question_is_answered(api: httpx.Client) -> None:
    # Folded, each of these characters becomes eighteen.
    assert ids(api, f"q={quote('ﷺ' * 100)}") == []
    assert ids(api, f"q={quote(' '.join('wxyzabcdef' * 5))}") == []


REFUSED = {
    "q=": ("q", "empty_value", None),
    "q=%20": ("q", "empty_value", None),
    "": ("q", "missing_parameter", None),
    "q=%E2%80%A6": ("q", "malformed_value", None),
    "q=%22-%22_%25": ("q", "malformed_value", None),
    "q=a%00": ("q", "malformed_value", None),
    f"q={'x' * 101}": ("q", "value_too_long", None),
    "q=wang&q=xi": ("q", "repeated_parameter", None),
    "q=wang&type=persn": ("type", "unknown_value", "person"),
    "q=wang&type=people": ("type", "unknown_value", None),
    "q=wang&type=meeting": ("type", "unknown_value", None),
    "q=wang&type=": ("type", "empty_value", None),
    f"q=wang{'&type=theme' * 8}": ("type", "too_many_values", None),
    "q=wang&limit=0": ("limit", "out_of_range", None),
    "q=wang&limit=51": ("limit", "out_of_range", None),
    "q=wang&limit=ten": ("limit", "malformed_value", None),
    "q=wang&limit=1&limit=2": ("limit", "repeated_parameter", None),
    "q=wang&typ=theme": ("typ", "unknown_parameter", "type"),
    "q=wang&country=RU": ("country", "unknown_parameter", None),
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_looked_up_is_refused(api: httpx.Client, query: str) -> None:
    said = refused(api, f"/v1/suggest?{query}")
    assert (said["name"], said["code"], said["suggestion"]) == REFUSED[query]


def test_every_parameter_is_refused_somewhere() -> None:
    assert set(SuggestQuestion.model_fields) <= {name for name, _, _ in REFUSED.values()}

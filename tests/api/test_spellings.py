"""A country may be written as its code or as any of its names, however people type them."""

import httpx
import pytest

from tests.api.asking import dates, meetings, problem, refused

RUSSIA = "07-13 09-20 12-05"


@pytest.mark.parametrize(
    "spelling",
    [
        *("RU", "ru", "Ru", "RUS", "rus", "643", "Russia", "russia", "RUSSIA", "RusSia"),
        *("Russian Federation", "russian  federation", "%20Russia%20", "ＲＵ", "Ｒｕｓｓｉａ"),
        *(
            "俄罗斯",
            "俄羅斯",
            "俄国",
            "俄國",
            "俄罗斯联邦",
            "Россия",
            "РОССИЯ",
            "Российская Федерация",
        ),
    ],
)
def test_russia_is_found_by_any_spelling(api: httpx.Client, spelling: str) -> None:
    assert dates(api, f"country={spelling}&country_all={spelling}&country_all=CN") == RUSSIA


@pytest.mark.parametrize(
    ("spelling", "day"),
    [
        *(("Myanmar", "10-31"), ("Burma", "10-31"), ("缅甸", "10-31"), ("104", "10-31")),
        *(("South Africa", "06-08"), ("南非", "06-08"), ("Ethiopia", "04-13"), ("古巴", "05-20")),
    ],
)
def test_a_guest_is_found_by_name(api: httpx.Client, spelling: str, day: str) -> None:
    assert dates(api, f"country={spelling}") == day


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Côte d'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Côte dʼIvoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("COTE D’IVOIRE", "CI"),
        ("Ivory Coast", "CI"),
        ("Türkiye", "TR"),
        ("Turkiye", "TR"),
        ("TÜRKİYE", "TR"),
        ("Turkey", "TR"),
        ("土耳其", "TR"),
        ("U.S.", "US"),
        ("USA", "US"),
        ("United States", "US"),
        ("美国", "US"),
        ("美國", "US"),
        ("英國", "GB"),
        ("緬甸", "MM"),
        ("南韓", "KR"),
        ("北韓", "KP"),
        ("UK", "GB"),
        ("Kosovo", "XK"),
        ("XKX", "XK"),
        ("Yugoslavia", "YU"),
        ("Soviet Union", "SU"),
        ("Georgia", "GE"),
        ("Niger", "NE"),
        ("Guinea", "GN"),
        ("Dominica", "DM"),
    ],
)
def test_a_spelling_means_its_country(api: httpx.Client, spelling: str, code: str) -> None:
    # A country that met nobody here is known by what the anchor contradicts.
    fault = refused(api, f"/v1/meetings?anchor={code}&country={spelling}")
    assert fault["code"] == "contradicts_anchor", fault
    assert fault["message"].endswith(f", {code}")


@pytest.mark.parametrize(
    ("spelling", "candidates"),
    [
        (
            "Congo",
            "CD (Democratic Republic of the Congo) or CG (Republic of the Congo)",
        ),
        ("congo", "CD (Democratic Republic of the Congo) or CG (Republic of the Congo)"),
        ("Korea", "KP (North Korea) or KR (South Korea)"),
        ("Virgin Islands", "VG (British Virgin Islands) or VI (U.S. Virgin Islands)"),
    ],
)
def test_a_name_of_two_countries_is_refused_with_both(
    api: httpx.Client, spelling: str, candidates: str
) -> None:
    names = ("country", "country_all", "country_not", "anchor", "host", "place_country")
    asked = "&".join(f"{name}={spelling}" for name in names)
    faults = problem(api.get(f"/v1/meetings?{asked}"), 422)["errors"]
    assert [(fault["name"], fault["code"]) for fault in faults] == [
        (name, "ambiguous_value") for name in names
    ]
    assert {fault["message"] for fault in faults} == {
        f"“{spelling}” may be {candidates}; write the code"
    }


@pytest.mark.parametrize("spelling", ["MM", "mm", "MMR", "104", "Myanmar", "burma", "缅甸", "緬甸"])
def test_host_venue_and_anchor_are_spelled_as_freely(api: httpx.Client, spelling: str) -> None:
    assert dates(api, f"host={spelling}&place_country={spelling}&anchor={spelling}") == "10-31"


def test_several_spellings_of_one_country_are_one_country(api: httpx.Client) -> None:
    assert dates(api, "country=RU&country=ru&country=Russia&country=俄罗斯&country=643") == RUSSIA


def test_a_country_that_met_nobody_is_no_mistake(api: httpx.Client) -> None:
    assert meetings(api, "country=Türkiye") == []

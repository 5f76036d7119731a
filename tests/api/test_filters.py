"""Each filter finds the meetings of the seed that it should, and no others."""

import httpx
import pytest

from tests.api.asking import dates

ALL = "04-13 05-20 06-08 07-13 09-20 10-31 11-02 11-20 12-05"

PARTICIPANTS = {
    "country=RU&country=MM": "07-13 09-20 10-31 12-05",
    "country_all=RU&country_all=MM": "",
    "country_not=RU&country_not=MM": "04-13 05-20 06-08 11-02 11-20",
    "country=CN": ALL,
    "country_not=CN": "",
    "country=DE": "",
    "country_not=DE": ALL,
    "person=igor-krasnov": "07-13",
    "person=igor-krasnov&person=anwar-ibrahim": "07-13 11-02",
    "person_all=wang-xiaohong&person_all=igor-krasnov": "07-13",
    "person_all=igor-krasnov&person_all=petr-gorodov": "",
    "person_not=igor-krasnov": "04-13 05-20 06-08 09-20 10-31 11-02 11-20 12-05",
    "person_not=wang-xiaohong": "",
    "organization=ru-prosecutor-generals-office": "07-13 09-20",
    "organization=ru-prosecutor-generals-office&organization=my-government": "07-13 09-20 11-02",
    "organization_all=cn-ministry-of-public-security"
    "&organization_all=ru-ministry-of-internal-affairs": "12-05",
    "organization_all=ru-prosecutor-generals-office"
    "&organization_all=ru-ministry-of-internal-affairs": "",
    "organization_not=ru-prosecutor-generals-office": "04-13 05-20 06-08 10-31 11-02 11-20 12-05",
    "organization_kind=prosecution": "07-13 09-20",
    "organization_kind=police": "04-13",
    "organization_kind=government": "10-31 11-02",
    "organization_kind=ministry": ALL,
    "organization_kind=party": "",
    "region=150": "07-13 09-20 12-05",
    "region=151": "07-13 09-20 12-05",
    "region=155": "",
    "region=002": "04-13 06-08 11-20",
    "region=014": "04-13 11-20",
    "region=018": "06-08",
    "region=019": "05-20",
    "region=035": "10-31 11-02",
    "region=030": ALL,
    "title_basis=stated": ALL,
    "title_basis=inherited": "04-13 05-20 06-08 07-13 09-20 10-31 11-02 11-20",
    "title_basis=supplied": "",
}
ANCHOR = {
    "anchor=CN": ALL,
    "anchor=RU": "07-13 09-20 12-05",
    "anchor=DE": "",
    "anchor=CN&country=RU&country=MY": "07-13 09-20 11-02 12-05",
    "anchor=RU&country=CN": "07-13 09-20 12-05",
    "anchor=RU&country=MM": "",
    "anchor=CN&country_all=RU": "07-13 09-20 12-05",
    "anchor=CN&country_not=RU": "04-13 05-20 06-08 10-31 11-02 11-20",
    "anchor=CN&region=142": "10-31 11-02",
    "anchor=CN&region=030": "",
    "anchor=RU&region=150": "",
    "anchor=RU&region=142": "07-13 09-20 12-05",
    "anchor=CN&person=wang-xiaohong": "",
    "anchor=RU&person=wang-xiaohong": "07-13 09-20 12-05",
    "anchor=CN&person_all=igor-krasnov": "07-13",
    "anchor=CN&person_all=igor-krasnov&person_all=wang-xiaohong": "",
    "anchor=CN&person_not=wang-xiaohong": ALL,
    "anchor=CN&person_not=igor-krasnov": "04-13 05-20 06-08 09-20 10-31 11-02 11-20 12-05",
    "anchor=CN&organization=cn-ministry-of-public-security": "",
    "anchor=CN&organization_all=my-government": "11-02",
    "anchor=CN&organization_not=cn-ministry-of-public-security": ALL,
    "anchor=CN&organization_not=my-government": "04-13 05-20 06-08 07-13 09-20 10-31 11-20 12-05",
    "anchor=CN&organization_kind=ministry": "05-20 06-08 11-20 12-05",
    "anchor=RU&organization_kind=ministry": "07-13 09-20 12-05",
    "anchor=CN&country=RU&theme=transnational-crime": "07-13 12-05",
}
THEMES = {
    "theme=bri-security&theme_basis=grouped": "10-31",
    "theme=bri-security&theme_basis=inferred": "",
    "theme=cybersecurity&theme=counter-terrorism": "10-31 11-02 12-05",
    "theme=gambling": "10-31 11-02",
    "theme=gambling&theme_match=exact": "11-02",
    "theme=event-security": "06-08",
    "theme=event-security&theme_match=exact": "",
    "theme=transnational-crime&theme_match=exact": "04-13 05-20 06-08 07-13 11-02 11-20 12-05",
    "theme_all=counter-narcotics&theme_all=counter-terrorism": "10-31 11-02",
    "theme_all=transnational-crime&theme_all=protective-security": "04-13 05-20 06-08 10-31 11-02"
    " 11-20",
    "theme_all=gambling&theme_all=counter-narcotics&theme_match=exact": "11-02",
    "theme=cybersecurity&theme=counter-narcotics&theme_all=counter-terrorism": "10-31 11-02",
    "theme_not=bri-security": "07-13 09-20 10-31 12-05",
    "theme_not=bri-security&theme_match=exact": "07-13 09-20 10-31 11-02 12-05",
    "theme_not=bri-security&theme_basis=stated&theme_basis=grouped": "07-13 09-20 12-05",
    "theme_not=bri-security&theme_not=counter-terrorism": "07-13 09-20 12-05",
    "theme=transnational-crime&theme_not=bri-security": "07-13 10-31 12-05",
}
CIRCUMSTANCES = {
    "q=禁毒": "10-31 11-02 12-05",
    "q=總理": "11-02",
    "q=anwar putraj": "11-02",
    "host=MM": "10-31",
    "host=RU": "",
    "place=beijing": "05-20 06-08 07-13 11-20 12-05",
    "place_country=CN": "05-20 06-08 07-13 09-20 11-20 12-05",
    "place_country=MY": "11-02",
    "place_country=RU": "",
    "event=lianyungang-forum-2023": "09-20",
    "event=belt-and-road-forum-2023-opening": "",
    "mode=in_person": ALL,
    "mode=video": "",
    "status=reported": ALL,
    "status=confirmed": "",
    "status=retracted": "",
    "source=zhengzhi-2023-12-05": ALL,
    "source=xinhua-english": "09-20",
    "said=true": "12-05",
    "said=false": "04-13 05-20 06-08 07-13 09-20 10-31 11-02 11-20",
    "disputed=false": "04-13 05-20 06-08 07-13 10-31 11-02 11-20 12-05",
    "id=2023-07-13-beijing-krasnov": "07-13",
    "id=2023-07-13-beijing-krasnov&id=2023-04-13-demelash": "04-13 07-13",
    "id=2023-07-13-beijing-krasnov&id=2023-04-13-demelash&country=RU": "07-13",
    "id=2023-07-13-beijing-krasnov&country_not=RU": "",
}
DATES = {
    "precision=day": ALL,
    "precision=year": "",
    "year_basis=inferred": ALL,
    "year_basis=stated": "",
    "date_from=2023&date_to=2023": ALL,
    "date_from=2023-12": "12-05",
    "date_from=2023-12-05&date_to=2023-12-05": "12-05",
    "date_from=2023-12-06": "",
    "date_from=2024": "",
    "date_to=2023-04-13": "04-13",
    "date_to=2023-04-12": "",
    "date_to=2023-05": "04-13 05-20",
    "date_from=2023-10&date_to=2023-11-02&date_match=within": "10-31 11-02",
    "date_from=0001&date_to=9999": ALL,
    "date_from=9999-12-31": "",
    "date_to=0001": "",
}
TOGETHER = {
    "country=RU&theme=bri-security": "",
    "country=RU&theme=bri-security&theme_basis=grouped": "",
    "country=MM&theme=bri-security&theme_basis=grouped": "10-31",
    "country=RU&country=ZM&theme=law-enforcement-capacity-building": "11-20 12-05",
    "country=RU&theme=transnational-crime&date_from=2023-08": "12-05",
    "country_all=CN&country_all=RU&theme=counter-narcotics"
    "&theme=political-security": "07-13 09-20 12-05",
    "country=CN&country_not=RU&theme_all=law-enforcement-capacity-building"
    "&theme_not=brics-summit-security&host=CN": "05-20 11-20",
    "host=CN&place_country=CN&country=RU&theme=political-security&date_to=2023-08": "07-13",
    "host=none&mode=in_person&disputed=false&region=002&year_basis=inferred": "04-13",
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(*row, id=row[0])
        for table in (PARTICIPANTS, ANCHOR, THEMES, CIRCUMSTANCES, DATES, TOGETHER)
        for row in table.items()
    ],
)
def test_a_question_finds_what_matches(api: httpx.Client, query: str, expected: str) -> None:
    assert dates(api, query) == expected


def test_fifty_alternatives_are_allowed(api: httpx.Client) -> None:
    themes = "&".join(["theme=cybersecurity"] * 50)
    assert dates(api, themes) == "12-05"


def test_a_value_may_have_blanks_around_it(api: httpx.Client) -> None:
    assert dates(api, "theme=%20cybersecurity%20&country=%20Russia%20") == "12-05"


def test_every_filter_of_the_contract_is_in_a_table(api: httpx.Client) -> None:
    contract = api.get("/openapi.json").json()
    offered = {one["name"] for one in contract["paths"]["/v1/meetings"]["get"]["parameters"]}
    tables = (PARTICIPANTS, ANCHOR, THEMES, CIRCUMSTANCES, DATES, TOGETHER)
    asked = "&".join(query for table in tables for query in table)
    tried = {pair.partition("=")[0] for pair in asked.split("&")}
    assert offered - tried == {"sort", "limit", "cursor", "total"}

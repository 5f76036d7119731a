"""The seed says what the article says, as an independent table of its facts has it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import Database
from app.errors import InvalidRecords
from app.models import Base, Country
from app.records.files import read_folder
from seeds.load import FOLDER, load

FACTS = json.loads((Path(__file__).parent.parent / "facts.json").read_text("utf-8"))
MEETINGS = {fact["date"]: fact for fact in FACTS["meetings"]}
ARTICLE = "zhengzhi-2023-12-05"


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, dict[str, Any]]]:
    """The records of the seed files by kind and id."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for one in read_folder(FOLDER):
        found.setdefault(one.kind.name, {})[one.id] = one.record.model_dump(mode="json")
    return found


@pytest.fixture(scope="module", params=sorted(MEETINGS))
def pair(
    request: pytest.FixtureRequest, records: dict[str, dict[str, dict[str, Any]]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each meeting of the seed with its facts."""
    meetings = [
        meeting
        for meeting in records["meeting"].values()
        if meeting["date"]["value"] == request.param
    ]
    assert len(meetings) == 1
    return meetings[0], MEETINGS[request.param]


def counterpart(meeting: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in meeting["participants"] if one["country"] != "CN")


def test_there_are_as_many_records_as_the_article_has(records: Any) -> None:
    counted = {kind: len(found) for kind, found in records.items()}
    assert counted["meeting"] == len(FACTS["meetings"]) == 9
    assert counted["event"] == len(FACTS["events"]) == 4
    assert counted["theme"] == len(FACTS["themes"]) == 22
    assert counted["person"] == 10
    assert counted["country"] == 254
    assert counted["coverage"] == 1


def test_a_meeting_has_its_place(pair: Any, records: Any) -> None:
    meeting, fact = pair
    place = meeting["place"] and records["place"][meeting["place"]]["name"]["en"]
    assert place == fact["place"]


def test_a_meeting_has_its_host(pair: Any) -> None:
    meeting, fact = pair
    hosts = [one["country"] for one in meeting["participants"] if one["role"] == "host"]
    assert hosts == ([fact["host_party"]] if fact["host_party"] else [])
    if not hosts:
        assert {one["role"] for one in meeting["participants"]} == {"participant"}


def test_a_meeting_has_wang_and_his_counterpart(pair: Any, records: Any) -> None:
    meeting, fact = pair
    assert len(meeting["participants"]) == 2
    wang = next(one for one in meeting["participants"] if one["country"] == "CN")
    assert wang["person"] == "wang-xiaohong"
    assert wang["title"]["zh"] == "国务委员、公安部部长"
    assert wang["title_basis"] == ("stated" if fact["date"] == "2023-12-05" else "inherited")
    other = counterpart(meeting)
    name = records["person"][other["person"]]["name"]
    assert (name["en"], name["zh"]) == (fact["counterpart"], fact["counterpart_zh"])
    assert other["country"] == fact["country"]
    assert other["title"]["zh"] == fact["title_zh"]
    assert other["title_basis"] == "stated"


def test_a_meeting_touches_its_themes_in_the_words_of_the_article(pair: Any) -> None:
    meeting, fact = pair
    stated = {
        (one["id"], one["wording"], one["locator"])
        for one in meeting["themes"]
        if one["basis"] == "stated"
    }
    assert stated == {
        (one["slug"], one["wording"], f"P{one['para']}")
        for one in fact["themes"]
        if one["basis"] == "stated"
    }
    others = [(one["id"], one["basis"], one["locator"]) for one in meeting["themes"]]
    others = [one for one in others if one[1] != "stated"]
    grouped = [one for one in fact["themes"] if one["basis"] == "grouping"]
    assert others == [(one["slug"], "grouped", f"P{one['para']}") for one in grouped]


def test_a_meeting_cites_its_paragraphs(pair: Any) -> None:
    meeting, fact = pair
    cited: set[int] = set()
    for citation in meeting["citations"]:
        if citation["source"] == ARTICLE:
            assert citation["stance"] == "supports"
            cited.update(paragraphs(citation["locator"]))
    assert cited == set(fact["paragraphs"]) - {1, 2}  # The headings support nothing by themselves.


def paragraphs(locator: str) -> Iterator[int]:
    for part in locator.replace("P", "").split(", "):
        first, _, last = part.partition("–")
        yield from range(int(first), int(last or first) + 1)


def test_the_themes_add_up(records: Any) -> None:
    assertions = [one for meeting in records["meeting"].values() for one in meeting["themes"]]
    stated = [one for one in assertions if one["basis"] == "stated"]
    assert len(stated) == 39
    assert len({one["id"] for one in stated}) == 19
    assert len(assertions) - len(stated) == 1
    assert {one["raised_by"] for one in stated} == {"wang-xiaohong"}


def test_only_kolokoltsevs_words_are_reported(records: Any) -> None:
    said = {
        one["person"]: one["said"]["locator"]
        for meeting in records["meeting"].values()
        for one in meeting["participants"]
        if one["said"]
    }
    assert said == {"vladimir-kolokoltsev": "P22"}


def test_no_date_of_a_meeting_carries_its_year(records: Any) -> None:
    assert {one["date"]["year_basis"] for one in records["meeting"].values()} == {"inferred"}


def test_31_october_is_one_meeting_with_two_citations(records: Any) -> None:
    meeting = next(one for one in records["meeting"].values() if one["id"].startswith("2023-10-31"))
    assert [one["locator"] for one in meeting["citations"]] == ["P37", "P44"]


def test_20_september_is_disputed_by_a_second_source(records: Any) -> None:
    meeting = next(one for one in records["meeting"].values() if one["id"].startswith("2023-09-20"))
    against = [one for one in meeting["citations"] if one["stance"] == "contradicts"]
    assert [(one["fields"], one["asserted"]) for one in against] == [(["date"], "2023-09-19")]
    assert against[0]["source"] != ARTICLE
    assert meeting["event"] == "lianyungang-forum-2023"


def test_the_themes_form_the_tree_of_the_facts(records: Any) -> None:
    for fact in FACTS["themes"]:
        theme = records["theme"][fact["slug"]]
        assert theme["parent"] == fact["parent"]
        assert theme["label"] == {"en": fact["en"], "zh": fact["zh"]}
        stated = fact["slug"] in {"telecom-online-fraud", "gambling", "counter-narcotics"}
        assert theme["parent_basis"] == (
            None if theme["parent"] is None else "stated" if stated else "supplied"
        )


def test_the_events_are_those_of_the_facts(records: Any) -> None:
    modes = {"video/telephone": "video", "in_person": "in_person"}
    roles = {"spoke": ["speaker"], "attended": ["attendee"]}
    found = {event["name"]["zh"]: event for event in records["event"].values()}
    for fact in FACTS["events"]:
        event = found[fact["name_zh"]]
        assert event["date"]["value"] == fact["date"]
        assert event["mode"] == modes[fact["format"]]
        wang = [one["role"] for one in event["participants"] if one["person"] == "wang-xiaohong"]
        assert wang == roles.get(fact["wang"], [])
        assert len(event["participants"]) == len(wang)
        cited = {p for one in event["citations"] for p in paragraphs(one["locator"])}
        assert cited == set(fact["para"])


def test_xi_and_putin_are_nowhere_among_the_people(records: Any) -> None:
    names = {person["name"]["zh"] for person in records["person"].values()}
    assert not names & {"习近平", "普京"}


def test_the_coverage_claims_no_completeness(records: Any) -> None:
    (coverage,) = records["coverage"].values()
    assert coverage["completeness"] == "selected"
    assert (coverage["date_from"], coverage["date_to"]) == ("2023", "2023")


def test_what_we_supplied_is_marked(records: Any) -> None:
    for meeting in records["meeting"].values():
        assert {"title", "summary", "mode", "participants.title.en"} <= set(meeting["supplied"])
    for person in records["person"].values():
        assert "name.en" in person["supplied"]
    for place in records["place"].values():
        assert {"name.en", "latitude", "longitude"} <= set(place["supplied"])
    for theme in records["theme"].values():
        assert ("parent" in theme["supplied"]) == (theme["parent_basis"] == "supplied")


def test_chinese_texts_have_no_stray_spaces(records: Any) -> None:
    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("zh"), str):
                yield value["zh"]
            for below in value.values():
                yield from texts(below)
        elif isinstance(value, list):
            for below in value:
                yield from texts(below)

    wide = "，。、；：（）“”"
    for text in texts(records):
        for at, char in enumerate(text):
            if char == " ":
                around = text[at - 1] + text[at + 1 : at + 2]
                assert not (set(around) & set(wide)), text


def test_loading_again_changes_nothing_and_says_so(seeded: Database) -> None:
    before = contents(seeded)
    report = load(seeded)
    assert report.created.total() == report.changed.total() == 0
    assert report.unchanged.total() == len(read_folder(FOLDER))
    assert contents(seeded) == before


def test_an_edited_file_changes_its_record_only(seeded: Database, tmp_path: Path) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "people.yaml", "en: Bheki Cele", "en: Bhekokwakhe Cele")
    report = load(seeded, folder)
    assert dict(+report.changed) == {"people": 1}
    assert not report.created.total()


def test_faults_name_file_record_and_member_and_nothing_is_written(
    database: Database, tmp_path: Path
) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "meetings.yaml", 'value: "2023-05-20"', 'value: "2023-05-32"')
    replace(folder / "meetings.yaml", "mode: in_person", "mode: in_persn")
    replace(folder / "themes.yaml", "parent: transnational-crime", "parents: transnational-crime")
    with pytest.raises(InvalidRecords) as caught:
        load(database, folder)
    faults = "\n".join(list(map(str, caught.value.flaws)))
    assert (
        "meetings.yaml, record 2 (2023-05-20-beijing-alvarez): date.value: “2023-05-32”" in faults
    )
    assert "meetings.yaml, record 1 (2023-04-13-demelash): mode: " in faults
    assert "themes.yaml" in faults
    assert "parents: " in faults
    assert all(number == 0 for name, number in contents(database).items() if name != "dataset")


def test_a_reference_that_leads_nowhere_is_named_with_a_suggestion(
    database: Database, tmp_path: Path
) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "meetings.yaml", "person: bheki-cele", "person: beki-cele")
    with pytest.raises(InvalidRecords) as caught:
        load(database, folder)
    (fault,) = list(map(str, caught.value.flaws))
    assert fault.startswith(
        "meetings.yaml, record 3 (2023-06-08-beijing-cele): participants[1].person"
    )
    assert "“beki-cele”; did you mean bheki-cele?" in fault


@pytest.mark.slow
def test_a_load_that_is_killed_leaves_nothing(database: Database) -> None:
    script = (
        "import sys, time\n"
        "import seeds.load as seed\n"
        "from app.database import Database\n"
        "def slow(*args, **kwargs):\n"
        "    done = write(*args, **kwargs)\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
        "write, seed.write = seed.write, slow\n"
        "seed.load(Database(sys.argv[1]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, database.url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert all(number == 0 for name, number in contents(database).items() if name != "dataset")
    assert load(database).created["meetings"] == 9


def test_all_countries_are_bilingual_and_have_a_region(seeded: Database) -> None:
    with seeded.read() as session:
        for country in session.scalars(select(Country)):
            assert country.name_en
            assert any("\u3400" <= char <= "\u9fff" for char in country.name_zh)
            assert (country.subregion_id is None) == (country.id == "AQ")


def contents(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def copied_seed(folder: Path) -> Path:
    shutil.copytree(FOLDER, folder / "seeds", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder / "seeds"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_member_that_stands_twice_is_refused_with_its_line(
    database: Database, tmp_path: Path
) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "meetings.yaml", "status: reported", "status: reported\n  status: confirmed")
    with pytest.raises(InvalidRecords, match=r"meetings.yaml, line \d+: status stands twice"):
        load(database, folder)


def test_a_code_that_another_country_has_is_refused(database: Database, tmp_path: Path) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "countries.yaml", "alpha_3: ZMB", "alpha_3: ZAF")
    with pytest.raises(InvalidRecords) as caught:
        load(database, folder)
    (fault,) = list(map(str, caught.value.flaws))
    assert fault.startswith("countries.yaml, record ")
    assert fault.endswith("(ZM): alpha_3: “ZAF” is that of country ZA")


def test_a_theme_that_is_asserted_twice_is_refused(database: Database, tmp_path: Path) -> None:
    folder = copied_seed(tmp_path)
    text = (folder / "meetings.yaml").read_text("utf-8")
    line = next(one for one in text.splitlines() if "{id: bri-security" in one)
    replace(folder / "meetings.yaml", line, f"{line}\n{line}")
    with pytest.raises(InvalidRecords, match=r"record 1 \(2023-04-13-demelash\): themes: bri-"):
        load(database, folder)


def test_a_theme_above_itself_is_refused_with_its_file(database: Database, tmp_path: Path) -> None:
    folder = copied_seed(tmp_path)
    replace(folder / "themes.yaml", "parent: transnational-crime", "parent: online-gambling")
    replace(folder / "themes.yaml", "parent: gambling", "parent: telecom-online-fraud")
    with pytest.raises(InvalidRecords, match=r"themes.yaml, record \d+ \(.+\): parent: .+ circle"):
        load(database, folder)

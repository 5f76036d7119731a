"""A copy follows another Parley over HTTP, and two that pull from each other become the same."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import repeat
from operator import length_hint
from pathlib import Path
from types import SimpleNamespace
from typing import IO, ClassVar

import httpx
import pytest
from sqlalchemy import select, text

from app import remote
from app.cli import terminal
from app.cli.pulling import bring
from app.database import Database
from app.errors import ParleyError
from app.models import Participant, Tombstone, Version
from app.records.audit import audit
from app.records.erase import erase
from app.records.importing import ImportReport
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from tests.databases import Backend
from tests.given import (
    both,
    country,
    incoming,
    meeting,
    participant,
    person,
    source,
    store,
    touched,
)
from tests.records.travelling import exported, records, told
from tests.serving import serving
from tests.test_cli import environment, parley

MEETING, PERSON = map(kind_named, ("meeting", "person"))
once = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""What is said of the other side is the same whatever the database is."""

WHY = Why("Asked for by a test.")


def rename(database: Database, record_id: str, name: str) -> None:
    store(database, incoming("person", id=record_id, name=both(name)))


def removing(how: Callable[..., object], *ids: str) -> Callable[[Database], None]:
    def remove(database: Database) -> None:
        with database.write() as session:
            how(session, PERSON, *ids, WHY)

    return remove


def met(record_id: str, who: str | None = None) -> Incoming:
    """Make a meeting of somebody of China."""
    return meeting(record_id, participants=[participant("CN", person=who), participant("RU")])


def sound(database: Database) -> bool:
    """Tell whether nothing is wrong but citations that tests do not care for."""
    with database.read() as session:
        return all("citation" in finding.what for finding in audit(session))


class Side:
    """A Parley that is served, and that others pull from."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.url = url

    def pull(self, other: "Side", *, shrink: bool = False) -> ImportReport:
        report = bring(self.database, other.url, shrink=shrink, tell=lambda _: None)
        assert (told(report), report.written) == ([], True)
        return report

    def name_of(self, record_id: str) -> str | None:
        found = [one for one in records(exported(self.database)) if one["id"] == record_id]
        return found[0]["name"]["en"] if "name" in found[0] else None


@pytest.fixture
def sides(backend: Backend) -> Iterator[list[Side]]:
    """One with the seed, and one without anything."""
    databases = [backend.seeded(), backend.migrated()]
    with ExitStack() as stack:
        served = [stack.enter_context(serving(one.url)) for one in databases]
        yield [
            Side(database, str(one.client.base_url).rstrip("/"))
            for database, one in zip(databases, served, strict=True)
        ]
    for database in databases:
        backend.remove(database)


def test_a_copy_has_the_same_bytes_and_then_only_what_changes(sides: list[Side]) -> None:
    ours, copy = sides
    assert copy.pull(ours).created["meetings"] == 9
    assert exported(copy.database) == exported(ours.database)
    assert copy.pull(ours).handled == 0
    steps: list[Callable[[Database], object]] = [
        lambda database: store(database, source(), *map(person, ("ann", "ben", "cem"))),
        lambda database: rename(database, "ann", "Anne"),
        lambda database: store(
            database, meeting("new", participants=[participant("CN", person="ann")])
        ),
        removing(merge, "ann", "ben"),
        removing(delete, "cem"),
        removing(erase, "cem"),
    ]
    for step in steps:
        step(ours.database)
        assert copy.pull(ours).handled > 0
        assert exported(copy.database) == exported(ours.database)


@pytest.mark.slow
def test_what_became_of_a_record_in_the_end_is_all_that_is_taken_in(sides: list[Side]) -> None:
    ours, copy = sides
    copy.pull(ours)
    store(ours.database, person("ann"))
    for number in range(5):
        rename(ours.database, "ann", f"Ann {number}")
    removing(delete, "ann")(ours.database)
    store(ours.database, person("ben"))
    report = copy.pull(ours)
    assert (report.created["people"], report.created["tombstones"]) == (1, 1)
    assert exported(copy.database) == exported(ours.database)


def test_two_that_begin_with_the_seed_have_nothing_to_tell_each_other(
    backend: Backend, sides: list[Side]
) -> None:
    other = backend.seeded()
    with serving(other.url) as served:
        report = sides[0].pull(Side(other, str(served.client.base_url).rstrip("/")))
    assert report.handled == 0
    assert exported(other) == exported(sides[0].database)
    backend.remove(other)


def changed_on_both(one: Side, other: Side) -> None:
    """Change each in its own way, and some records on both."""
    for side, name in ((one, "one"), (other, "other")):
        store(side.database, person(f"only-{name}"))
        rename(side.database, "igor-krasnov", f"Krasnov of {name}")
    rename(one.database, "jack-mwiimbu", "Once")
    rename(one.database, "jack-mwiimbu", "Twice")
    rename(other.database, "jack-mwiimbu", "Only once, but later")
    removing(delete, "only-other")(other.database)


@pytest.mark.slow
def test_two_that_pull_from_each_other_become_the_same(sides: list[Side]) -> None:
    one, other = sides
    other.pull(one)
    changed_on_both(one, other)
    one.pull(other)
    other.pull(one)
    assert exported(one.database) == exported(other.database)
    # Of the same version the later one stays, and else the later version.
    assert one.name_of("igor-krasnov") == "Krasnov of other"
    assert one.name_of("jack-mwiimbu") == "Twice"
    assert one.pull(other).handled == other.pull(one).handled == 0


def test_what_is_our_own_stays(sides: list[Side]) -> None:
    theirs, ours = sides
    ours.pull(theirs)
    store(ours.database, person("own"))
    rename(ours.database, "igor-krasnov", "Ours")
    store(theirs.database, person("new"))
    ours.pull(theirs)
    assert ours.name_of("own") == "own"
    assert ours.name_of("igor-krasnov") == "Ours"


@contextmanager
def in_its_place(theirs: Side, copy: Side, database: Database) -> Iterator[Side]:
    """Serve another database, as if it were where the copy pulled from before."""
    with serving(database.url) as served:
        other = Side(database, str(served.client.base_url).rstrip("/"))
        with copy.database.write() as session:
            urls = {"old": theirs.url, "new": other.url}
            session.execute(text("UPDATE remotes SET url = :new"), {"new": other.url})
            moved = "UPDATE changes SET pulled_from = :new WHERE pulled_from = :old"
            session.execute(text(moved), urls)
        yield other


@pytest.mark.slow
def test_a_restored_one_is_followed_back(backend: Backend, sides: list[Side]) -> None:
    theirs, copy = sides
    copy.pull(theirs)
    store(theirs.database, person("lost"))
    rename(theirs.database, "igor-krasnov", "Lost as well")
    copy.pull(theirs)
    before = backend.seeded()
    with in_its_place(theirs, copy, before) as restored:
        copy.pull(restored)
        assert copy.name_of("igor-krasnov") == "Igor Krasnov"
        assert copy.name_of("lost") is None
        rename(before, "igor-krasnov", "After")
        copy.pull(restored)
        assert copy.name_of("igor-krasnov") == "After"
        # The numbers of versions went on here; they are the same once it has pulled as well.
        restored.pull(copy)
        assert exported(before) == exported(copy.database)
    backend.remove(before)


@pytest.mark.slow
def test_an_emptied_one_empties_the_copy_only_where_that_is_said(
    backend: Backend, sides: list[Side]
) -> None:
    theirs, copy = sides
    copy.pull(theirs)
    was = exported(copy.database)
    nothing = backend.migrated()
    with in_its_place(theirs, copy, nothing) as emptied:
        with pytest.raises(ParleyError, match="there no more"):
            copy.pull(emptied)
        assert exported(copy.database) == was
        copy.pull(emptied, shrink=True)
        assert {one["type"] for one in records(exported(copy.database))} == {"tombstone"}
    backend.remove(nothing)


@pytest.mark.slow
def test_a_state_that_was_taken_back_is_left_as_well(backend: Backend, sides: list[Side]) -> None:
    theirs, copy = sides
    before = backend.copy(theirs.database)
    store(theirs.database, person("lost"))
    copy.pull(theirs)
    store(before, person("new"), person("newer"))
    with in_its_place(theirs, copy, before) as restored:
        copy.pull(restored)
        assert exported(copy.database).count(b'"lost"') == 1  # Its tombstone.
        assert {copy.name_of("new"), copy.name_of("newer")} == {"new", "newer"}
    backend.remove(before)


@pytest.mark.slow
def test_what_was_merged_or_erased_on_one_side_stays_so(sides: list[Side]) -> None:
    theirs, ours = sides
    store(theirs.database, person("ann"), person("ben"), person("cem"))
    ours.pull(theirs)
    for number in range(4):
        for name in ("ann", "cem"):
            rename(ours.database, name, f"{name} {number}")
    removing(merge, "ann", "ben")(theirs.database)
    removing(erase, "cem")(theirs.database)
    ours.pull(theirs)
    theirs.pull(ours)
    assert exported(theirs.database) == exported(ours.database)
    left = [one for one in records(exported(ours.database)) if one["type"] == "tombstone"]
    assert {(one["id"], one["into"], one["erased"]) for one in left} >= {
        ("ann", "ben", False),
        ("cem", None, True),
    }


def test_what_only_we_have_follows_a_merge_on_the_other_side(sides: list[Side]) -> None:
    theirs, ours = sides
    store(theirs.database, source(), person("ann"), person("ben"))
    ours.pull(theirs)
    store(ours.database, meeting("own", participants=[participant("CN", person="ann")]))
    removing(merge, "ann", "ben")(theirs.database)
    ours.pull(theirs)
    with ours.database.read() as session:
        people = session.scalars(
            select(Participant.person_id).where(Participant.meeting_id == "own")
        )
        assert people.all() == ["ben"]
    theirs.pull(ours)
    assert exported(theirs.database) == exported(ours.database)
    assert theirs.pull(ours).handled == ours.pull(theirs).handled == 0
    assert sound(ours.database)


def test_what_only_they_have_follows_a_merge_on_this_side(sides: list[Side]) -> None:
    theirs, ours = sides
    store(theirs.database, source(), *map(person, ("ann", "ben", "cem", "dan")))
    ours.pull(theirs)
    removing(merge, "ann", "ben")(ours.database)
    removing(merge, "ben", "cem")(ours.database)
    removing(merge, "dan", "ann")(theirs.database)
    said = [touched("counter-narcotics") | {"raised_by": "ann"}]
    both_of_them = [participant("CN", person=one) for one in ("ann", "cem")]
    store(theirs.database, met("m1", "ann"), meeting("m2", participants=both_of_them, themes=said))
    ours.pull(theirs)
    assert ours.pull(theirs).handled == 0
    with ours.database.read() as session:
        columns = (Participant.meeting_id, Participant.person_id)
        of_cem = select(*columns).where(Participant.person_id.is_not(None))
        people = session.execute(of_cem.where(Participant.meeting_id.in_(["m1", "m2"])))
        assert sorted(map(tuple, people)) == [("m1", "cem"), ("m2", "cem")]
        assert session.get_one(Tombstone, ("person", "dan")).into_id == "cem"
    assert sound(ours.database)
    # Whoever pulls from us merges as well, and so both come to have the same.
    theirs.pull(ours)
    ours.pull(theirs)
    assert theirs.pull(ours).handled == ours.pull(theirs).handled == 0
    assert exported(theirs.database) == exported(ours.database)


@pytest.mark.slow
def test_what_is_erased_goes_through_a_chain_of_copies(backend: Backend, sides: list[Side]) -> None:
    first, second = sides
    database = backend.migrated()
    with serving(database.url) as served:
        third = Side(database, str(served.client.base_url).rstrip("/"))
        store(first.database, person("ann"))
        for _ in range(2):
            second.pull(first)
            third.pull(second)
            rename(first.database, "ann", "Anne")
        rename(first.database, "ann", "Annie")
        removing(erase, "ann")(first.database)
        second.pull(first)
        third.pull(second)
        assert exported(first.database) == exported(second.database) == exported(database)
    backend.remove(database)


@pytest.mark.parametrize("knows_both", [True, False])
def test_what_was_merged_and_is_erased_with_another_record_is_erased_here(
    sides: list[Side], *, knows_both: bool
) -> None:
    theirs, copy = sides
    store(theirs.database, source(), person("ann"), person("ben"), met("m1", "ann"), met("m2"))
    if knows_both:
        copy.pull(theirs)
    store(theirs.database, met("m1", "ben"))
    with theirs.database.write() as session:
        merge(session, MEETING, "m1", "m2", WHY)
    copy.pull(theirs)
    removing(erase, "ann")(theirs.database)
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)
    assert sound(copy.database)


def test_a_meeting_that_was_erased_before_somebody_of_it_was_is_erased_here(
    sides: list[Side],
) -> None:
    theirs, copy = sides
    store(theirs.database, source(), person("ann"), met("m1", "ann"))
    copy.pull(theirs)
    with theirs.database.write() as session:
        delete(session, MEETING, "m1", WHY)
    copy.pull(theirs)
    with theirs.database.write() as session:
        erase(session, MEETING, "m1", Why("First."))
        erase(session, PERSON, "ann", Why("Second."))
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)
    assert sound(copy.database)


def test_what_is_only_deleted_there_is_not_erased_here_with_what_it_named(
    sides: list[Side],
) -> None:
    theirs, copy = sides
    store(theirs.database, source(), person("ann"), person("ben"), met("m1", "ann"))
    copy.pull(theirs)
    # Only the copy has a version of the meeting that names her, when it hears of all of this.
    store(theirs.database, met("m1", "ben"))
    removing(erase, "ann")(theirs.database)
    with theirs.database.write() as session:
        delete(session, MEETING, "m1", WHY)
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)
    assert sound(copy.database)
    with copy.database.read() as session:
        assert not session.scalars(select(Version).where(Version.record_id == "m1")).all()
    with theirs.database.write() as session:
        again = met("m1", "ben")
        write(session, [Incoming(again.kind, again.record, "test", restores=True)], WHY)
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)
    assert sound(copy.database)


def test_a_country_has_the_code_of_one_that_is_gone(sides: list[Side]) -> None:
    theirs, copy = sides
    store(theirs.database, source(), country("QQ"))
    here = [participant("QQ"), participant("RU")]
    store(theirs.database, meeting("m1", participants=here))
    copy.pull(theirs)
    heir = incoming("country", id="QR", alpha_3="QQY", name=both("QR"), kind="state")
    store(theirs.database, heir, meeting("m1", participants=[participant("QR")]))
    with theirs.database.write() as session:
        delete(session, kind_named("country"), "QQ", WHY)
    heir = incoming("country", id="QR", alpha_3="QQX", name=both("QR"), kind="state")
    store(theirs.database, heir)
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)
    assert sound(copy.database)


def test_what_cannot_stand_here_is_refused_as_a_whole(sides: list[Side]) -> None:
    theirs, copy = sides
    store(theirs.database, source(), person("ann"))
    copy.pull(theirs)
    removing(delete, "ann")(copy.database)
    was = exported(copy.database)
    store(theirs.database, person("new"))
    with_ann = participant("CN", person="ann")
    store(theirs.database, meeting("m1", participants=[with_ann, participant("RU")]))
    report = bring(copy.database, theirs.url, shrink=False, tell=lambda _: None)
    assert not report.written
    assert "meeting m1: participants[0].person" in told(report)[0]
    assert exported(copy.database) == was


def test_of_two_pulls_at_once_one_is_refused(
    sides: list[Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, copy = sides
    whole = remote.Remote.everything

    def slow(self: remote.Remote, file: IO[bytes]) -> str:
        token = whole(self, file)
        monkeypatch.undo()
        store(theirs.database, person("later"))
        copy.pull(theirs)
        return token

    monkeypatch.setattr(remote.Remote, "everything", slow)
    with pytest.raises(ParleyError, match="was faster"):
        copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)


class Odd(BaseHTTPRequestHandler):
    """Answers what no Parley does."""

    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes | Iterator[bytes]]]] = {}

    def do_GET(self) -> None:
        status, headers, body = self.answers[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # Who asked has heard enough.
            self.wfile.writelines([body] if isinstance(body, bytes) else body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    """The address of a server that answers what no Parley does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


WHOLE = {"Sync-Token": "x", "Record-Count": "1"}
ANN = b'{"type": "person", "id": "ann", "version": 1, "updated_at": "2020-01-01T00:00:00Z"}\n'
PAGE = {"data": [], "next_since": "y", "more": False, "revision": 1}


@once
@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        (WHOLE, b"", "broke off after 0 of 1"),
        ({"Sync-Token": "x"}, ANN, "no Record-Count"),
        (WHOLE | {"Record-Count": "many"}, ANN, "no Record-Count"),
        (WHOLE | {"Record-Count": "9" * 5000}, ANN, "no Record-Count"),
        ({}, b"<html></html>", "is it a Parley"),
        (WHOLE, b"not JSON\n", "no record, in line 1"),
        (WHOLE, b"[]\n", "no record, in line 1"),
        (WHOLE, ANN.replace(b'"ann"', b"[1]"), "no record, in line 1"),
        (WHOLE, ANN.replace(b"ann", b"a\\u0000"), "no record, in line 1"),
        (WHOLE, ANN.replace(b"person", b"minister"), "no record, in line 1"),
        (WHOLE, ANN.replace(b'"version": 1, ', b""), "no record, in line 1"),
        (WHOLE, ANN.replace(b"2020-01-01T00:00:00Z", b"0001-01-01T00:00:00+14:00"), "no record"),
    ],
)
def test_what_no_parley_sends_is_refused(
    database: Database, odd: str, headers: dict[str, str], body: bytes, said: str
) -> None:
    Odd.answers = {"/v1/records.ndjson": (200, headers, body)}
    with pytest.raises(ParleyError, match=said):
        bring(database, odd, shrink=False, tell=lambda _: None)
    assert exported(database) == b""


@once
@pytest.mark.parametrize(
    ("headers", "part", "said"),
    [
        (WHOLE, ANN, "more than the 1 records"),
        (WHOLE, b"x" * 1000, "more than the 1 records"),
        ({}, ANN, "no Record-Count"),
    ],
)
def test_an_answer_without_end_is_not_heard_to_its_end(
    database: Database,
    odd: str,
    headers: dict[str, str],
    part: bytes,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote, "_MOST_BYTES", 100_000)
    parts = repeat(part, 1_000_000)
    Odd.answers = {"/v1/records.ndjson": (200, headers, parts)}
    with pytest.raises(ParleyError, match=said):
        bring(database, odd, shrink=False, tell=lambda _: None)
    assert length_hint(parts) > 0
    assert exported(database) == b""


@once
def test_who_is_told_to_come_back_never_does_not_wait_for_so_long(
    database: Database, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(remote, "time", SimpleNamespace(sleep=waited.append))
    for asked in ("9" * 5000, "never", "-1", "61", "0"):
        Odd.answers = {"/v1/records.ndjson": (429, {"Retry-After": asked}, b"")}
        with pytest.raises(ParleyError, match="answers with 429 to"):
            bring(database, odd, shrink=False, tell=lambda _: None)
    assert waited == [1, 2, 3, 4] * 3 + [60] * 4 + [0] * 4


@once
def test_a_full_disk_is_said_and_changes_nothing(
    database: Database, odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = partial(Path("/dev/full").open, "r+b", buffering=0)
    monkeypatch.setattr("app.cli.pulling.tempfile", SimpleNamespace(TemporaryFile=full))
    Odd.answers = {"/v1/records.ndjson": (200, WHOLE, ANN)}
    done = parley(database, "pull", odd)
    assert done.returncode == 1
    assert done.stderr == "The disk is full.\n[Errno 28] No space left on device\n"
    assert exported(database) == b""


@once
@pytest.mark.parametrize(
    "page",
    [
        {},
        [],
        PAGE | {"data": None},
        PAGE | {"data": [{}]},
        PAGE | {"next_since": None},
        PAGE | {"more": True, "next_since": "x"},
    ],
)
def test_a_page_of_no_feed_is_refused(database: Database, odd: str, page: object) -> None:
    Odd.answers = {
        "/v1/records.ndjson": (200, WHOLE | {"Record-Count": "0"}, b""),
        "/v1/changes": (200, {}, json.dumps(page).encode()),
    }
    bring(database, odd, shrink=False, tell=lambda _: None)
    with pytest.raises(ParleyError, match="is it a Parley"):
        bring(database, odd, shrink=False, tell=lambda _: None)


@once
def test_of_too_many_changes_all_records_are_fewer(
    sides: list[Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, copy = sides
    copy.pull(theirs)
    monkeypatch.setattr(remote, "MOST_CHANGES", 2)
    for number in range(5):
        rename(theirs.database, "igor-krasnov", f"Name {number}")
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)


@once
def test_the_command_says_what_it_did(sides: list[Side]) -> None:
    theirs, copy = sides
    done = parley(copy.database, "pull", theirs.url + "/")
    assert (done.returncode, done.stderr) == (0, "")
    assert "meetings" in done.stdout
    again = parley(copy.database, "pull", theirs.url)
    assert again.stdout.startswith("There is nothing new at")


@once
@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("parley.example.org", 2, "is not like https://parley.example.org"),
        ("localhost:8101", 2, "parley.example.org: https:// or http:// is missing."),
        ("https://ann:secret@parley.example.org", 2, "without a name, a password"),
        ("http://h:notaport", 2, "is not like https://parley.example.org"),
        ("http://[::1", 2, "is not like https://parley.example.org"),
        ("http://127.0.0.1:1", 1, "http://127.0.0.1:1 does not answer"),
    ],
)
def test_the_command_says_what_is_wrong(database: Database, url: str, code: int, said: str) -> None:
    done: subprocess.CompletedProcess[str] = parley(database, "pull", url)
    assert done.returncode == code
    assert said in done.stderr.replace("\n", " ").replace("│", "").replace("  ", " ")


@once
@pytest.mark.parametrize("url", ["http://127.0.0.1:1/[/x]", "http://[fe80::1]:1"])
def test_an_address_that_looks_like_markup_is_shown_as_it_is(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_terminal = terminal._console(stderr=True, force_terminal=True, width=200)
    monkeypatch.setattr(terminal, "err", on_a_terminal)
    done = parley(database, "pull", url)
    assert done.returncode == 1
    assert f"Asking {url} " in done.stderr


@once
def test_whoever_is_no_parley_is_told_so(sides: list[Side]) -> None:
    with pytest.raises(ParleyError, match="/nowhere answers with 404 to"):
        sides[1].pull(Side(sides[0].database, f"{sides[0].url}/nowhere"))


@pytest.mark.slow
def test_one_that_is_killed_leaves_nothing_half_done(sides: list[Side]) -> None:
    theirs, copy = sides
    command = [sys.executable, "-c", "from app.cli import main; main()", "pull", theirs.url]
    killed = 0
    for turn in range(12):
        names = [incoming("person", id=f"p{n}", name=both(f"{turn}-{n}")) for n in range(300)]
        store(theirs.database, *names)
        before = exported(copy.database)
        with subprocess.Popen(command, env=environment(copy.database)) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.6 + turn * 0.15)
            process.kill()
        after = exported(copy.database)
        killed += after == before
        assert after in {before, exported(theirs.database)}
    assert killed
    copy.pull(theirs)
    assert exported(copy.database) == exported(theirs.database)


def test_everything_comes_as_the_command_exports_it(sides: list[Side]) -> None:
    answer = httpx.get(f"{sides[0].url}/v1/records.ndjson")
    assert answer.content == exported(sides[0].database)
    assert answer.headers["Sync-Token"]


def test_a_feed_without_end_is_given_up_for_all_records(monkeypatch: pytest.MonkeyPatch) -> None:
    page = remote._Page(data=[], next_since="x", more=True, revision=1)
    monkeypatch.setattr(remote, "MOST_CHANGES", 100)
    monkeypatch.setattr(remote.Remote, "_pages", lambda *_: repeat(page))
    with remote.Remote("http://127.0.0.1:1", lambda _: None) as other:
        assert other.changes("x", BytesIO()) is None

"""Those who take everything: to the end, to the middle, or more of them at once than have turns."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from random import Random

import httpx

from tests.soaking.asking import Asker, NoAnswer, Params, asking
from tests.soaking.tally import CROWD, Tally
from tests.soaking.world import World

_ENDS = {
    "/v1/meetings.csv": b"\r\n",
    "/v1/meetings.ndjson": b"}\n",
    "/v1/meetings.parquet": b"PAR1",
    "/v1/meetings.ics": b"END:VCALENDAR\r\n",
    "/v1/meetings.atom": b"</feed>",
    "/v1/records.ndjson": b"}\n",
    "/v1/counts.csv": b"\r\n",
    "/v1/dyads.csv": b"\r\n",
    "/v1/people.csv": b"\r\n",
    "/v1/themes.ndjson": b"}\n",
}
"""How a whole file of each form ends."""

_FILTERED = ("/v1/meetings.csv", "/v1/meetings.ndjson", "/v1/meetings.parquet")
_PIECE = 16_384
MORE_THAN_TURNS = 12


class Exporter:
    """Somebody who takes files."""

    def __init__(self, asker: Asker, world: World, random: Random) -> None:
        self._asker, self._world, self._random = asker, world, random

    def take(self) -> None:
        """Take a file, or a part of it."""
        path = self._random.choice(list(_ENDS))
        if self._random.random() < 0.3:
            self._abandon(path)
        else:
            self._whole(path)

    def _whole(self, path: str) -> None:
        params: Params = {"by": "theme"} if "counts" in path else {}
        if path in _FILTERED and self._random.random() < 0.5:
            params = {"country": self._world.any(self._random, "country")}
        content = self._asker.ask("export", path, params=params).content
        if content and not content.rstrip(b"\r\n").endswith(_ENDS[path].rstrip(b"\r\n")):
            self._asker.tally.blame(f"{path} ends with {content[-80:]!r}")

    def _abandon(self, path: str) -> None:
        params = {"by": "theme"} if "counts" in path else {}
        with self._asker.stream("export left", path, params=params) as answer:
            next(answer.iter_raw(_PIECE), b"")


def rush(address: httpx.URL, tally: Tally) -> None:
    """Take the files of each form as many at once as there are turns for, and to their ends."""
    for path in _ENDS:
        with ThreadPoolExecutor(MORE_THAN_TURNS) as threads:
            for _ in range(MORE_THAN_TURNS):
                threads.submit(_rush, address, tally, path)


def _rush(address: httpx.URL, tally: Tally, path: str) -> None:
    params = {"by": "person"} if "counts" in path else {}
    with asking(address, tally) as asker, suppress(NoAnswer):
        asker.ask(CROWD, path, params=params)


def crowd(address: httpx.URL, tally: Tally) -> None:
    """Begin more exports at once than may be under way: each begins, or is told to come again."""
    identity = {"Accept-Encoding": "identity"}
    with ExitStack() as stack:
        for _ in range(MORE_THAN_TURNS):
            asker = stack.enter_context(asking(address, tally))
            with suppress(NoAnswer):
                stack.enter_context(asker.stream(CROWD, "/v1/records.ndjson", headers=identity))

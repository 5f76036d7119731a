"""What a server does so that memory that is free again is found without keeping anybody waiting."""

import asyncio
import gc

import pytest

from app import memory
from app.database import Database
from tests.serving import serving


def test_what_is_there_when_a_server_begins_is_not_looked_through_again(seeded: Database) -> None:
    gc.unfreeze()  # What the tests themselves take for no garbage.
    with serving(seeded.url) as served:
        served.client.get("/v1/meetings").raise_for_status()
        assert gc.get_freeze_count() > len(gc.get_objects())
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize(("needed", "left"), [(0, 0), (5_000_000, 5_000_000), (10**9, 1 << 27)])
def test_what_is_needed_again_is_not_given_back(
    monkeypatch: pytest.MonkeyPatch, needed: int, left: int
) -> None:
    monkeypatch.setattr(memory, "_SECONDS_BETWEEN", 0.001)
    told: list[int] = []

    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(memory._return(told.append, lambda: needed), 0.2))
    assert set(told) == {left}

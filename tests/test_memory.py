"""What a server does so that memory that is free again is found without keeping anybody waiting."""

import gc

from app.database import Database
from tests.serving import serving


def test_what_is_there_when_a_server_begins_is_not_looked_through_again(seeded: Database) -> None:
    gc.unfreeze()  # What the tests themselves take for no garbage.
    with serving(seeded.url) as served:
        served.client.get("/v1/meetings").raise_for_status()
        assert gc.get_freeze_count() > len(gc.get_objects())
    assert gc.get_freeze_count() == 0

"""A file that a command writes is there whole, or not at all."""

import os
from pathlib import Path

import pytest

from app.cli.files import replacing

LONG = b"Written by the one that was slower. " * 10_000


def test_of_two_that_write_a_file_at_once_each_writes_all_of_it(tmp_path: Path) -> None:
    file = tmp_path / "x.ndjson"
    with replacing(file, "FILE") as slower:
        slower.write(LONG)
        with replacing(file, "FILE") as faster:
            faster.write(b"Written by the faster one.")
        assert file.read_bytes() == b"Written by the faster one."
    assert file.read_bytes() == LONG
    assert list(tmp_path.iterdir()) == [file]


def test_of_two_that_write_a_file_at_once_one_may_fail(tmp_path: Path) -> None:
    file = tmp_path / "x.ndjson"
    with replacing(file, "FILE") as slower:
        with pytest.raises(ZeroDivisionError), replacing(file, "FILE") as faster:
            faster.write(b"%d" % (1 / 0))
        slower.write(LONG)
    assert file.read_bytes() == LONG
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("mask", [0o077, 0o022, 0o002])
def test_a_file_may_be_read_by_whom_others_that_are_made_may(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with replacing(tmp_path / "x.ndjson", "FILE") as file:
            file.write(b"A line.")
        (tmp_path / "other").touch()
    finally:
        os.umask(before)
    assert len({path.stat().st_mode for path in tmp_path.iterdir()}) == 1

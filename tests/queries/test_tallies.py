"""Keys are put in order piece by piece, however many bits they have."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.queries.tallies import in_order, lowest

keys = st.integers(0, 62).flatmap(lambda bits: st.lists(st.integers(0, 2**bits)))


@given(keys)
def test_keys_are_in_order_and_equal_ones_stay_as_they_stand(some: list[int]) -> None:
    places = in_order(np.array(some, np.int64))
    assert places.tolist() == sorted(range(len(some)), key=some.__getitem__)


@given(st.lists(st.integers(-3, 3)), st.none() | st.integers(1, 9))
def test_the_lowest_come_first_and_of_equal_ones_those_that_stand_first(
    some: list[int], most: int | None
) -> None:
    places = lowest(np.array(some, np.int64), most)
    assert places.tolist() == sorted(range(len(some)), key=some.__getitem__)[:most]

"""Keys are put in order however many bits they have, and counted in any number and shape."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.queries.tallies import Tally, in_order, lowest

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


@pytest.mark.parametrize("meetings", [0, 1_000], ids=["sorted", "in a table"])
@given(shape=st.lists(st.integers(1, 6), min_size=1, max_size=3), data=st.data())
def test_combinations_are_counted_in_the_order_of_their_values(
    meetings: int, shape: list[int], data: st.DataObject
) -> None:
    combination = st.tuples(*(st.integers(0, values - 1) for values in shape))
    tally, met = Tally(shape, meetings), data.draw(st.lists(st.lists(combination)))
    for some in met:
        keys = [np.dot(values, tally.steps) for values in some]
        tally.add(np.array(keys, np.int64))
    counted = tally.counted()
    places = zip(*np.unravel_index(counted.keys, shape), strict=True)
    told = [tuple(map(int, place)) for place in places]
    expected = Counter(one for some in met for one in some)
    assert told == sorted(expected)
    assert counted.counts.tolist() == [expected[one] for one in told]

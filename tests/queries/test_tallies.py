"""Keys are put in order piece by piece, however many bits they have."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.queries.tallies import in_order

keys = st.integers(0, 62).flatmap(lambda bits: st.lists(st.integers(0, 2**bits)))


@given(keys)
def test_keys_are_in_order_and_equal_ones_stay_as_they_stand(some: list[int]) -> None:
    places = in_order(np.array(some, np.int64))
    assert places.tolist() == sorted(range(len(some)), key=some.__getitem__)

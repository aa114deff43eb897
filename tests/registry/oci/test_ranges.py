"""What a Range header asks for."""

import pytest

from registry.exceptions import RangeInvalid
from registry.oci import ranges
from registry.oci.ranges import Part


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 1, 100)),
        ("bytes=10-19", Part(10, 10, 100)),
        ("bytes=90-", Part(90, 10, 100)),
        ("bytes=90-4000", Part(90, 10, 100)),
        ("bytes=-10", Part(90, 10, 100)),
        ("bytes=-4000", Part(0, 100, 100)),
    ],
)
def test_one_range_is_a_part_of_the_blob(header, part):
    assert ranges.requested(header, 100) == part


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=0-1,5-9", "lines=1-2", "bytes=a-b", "bytes=1-" + "9" * 30])
def test_what_is_not_one_range_of_bytes_gets_the_whole(header):
    assert ranges.requested(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=50-0", "bytes=-0"])
def test_a_range_outside_or_backwards_is_refused(header):
    with pytest.raises(RangeInvalid):
        ranges.requested(header, 100)

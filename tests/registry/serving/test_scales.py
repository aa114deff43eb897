"""Which web process takes the next connection."""

from registry.serving.connections.scales import Scales, make


def test_who_has_least_to_do_is_the_lightest():
    scales = Scales(make(2))
    first, second = scales.seat(0), scales.seat(1)
    assert first.is_lightest
    first.add(2)
    assert not first.is_lightest
    assert second.is_lightest
    second.leave()
    assert first.is_lightest


def test_who_has_left_is_weighed_no_more():
    seat = Scales(make(1)).seat(0)
    seat.add(1)
    seat.leave()
    seat.add(1)
    seat.add(-2)
    assert seat.is_lightest

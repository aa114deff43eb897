"""Rooms stay liveable."""

from tests.architecture import sizes


def test_no_module_is_longer_than_400_lines():
    assert [str(size) for size in sizes.modules() if size.lines > sizes.MODULE_AT_MOST] == []


def test_no_function_is_longer_than_60_lines():
    assert [str(size) for size in sizes.functions() if size.lines > sizes.FUNCTION_AT_MOST] == []

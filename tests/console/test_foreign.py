"""Texts of clients: what they hide is shown, what is endless is cut, and JSON says what it said."""

import json
import time

import pytest

from console import foreign

HOSTILE = ["\u202e", "\u2066", "\x1b", "\x00", "\x7f", "\u200b", "\ufeff", "\u2028", "\U000e0041", "\ud800", "\x85"]


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_what_hides_or_turns_around_stands_as_its_escape(character):
    shown = foreign.legible(f"a{character}b")
    assert shown.isascii()
    assert json.loads(f'"{shown}"') == f"a{character}b"


def test_words_of_people_stay_as_they_are():
    for text in ("Größe", "中文", "שלום", "👩\u200d🚀", "می\u200cخواهم", "⚠\ufe0f", "line\nline\ttab"):
        assert foreign.legible(text) == text


def test_what_is_long_is_cut():
    assert foreign.legible("x" * 10_000) == "x" * foreign.LONGEST + "…"


@pytest.mark.parametrize(
    "sent",
    [
        b'{"a":1.0,"a":1e999,"b":[],"c":{},"d":[1,[2,{"x":"y, {z}: \\"q\\""}]],"e":null}',
        b"[]",
        b'"text"',
        b"3",
        '{"ä":"\u202e"}'.encode(),
        b'{"a":"\\u202e\\ud800"}',
    ],
)
def test_json_is_set_in_lines_and_says_the_same(sent):
    text, is_whole = foreign.document(sent)
    assert is_whole
    assert "".join(text.split()) == "".join(foreign.revealed(sent.decode()).split())
    assert json.loads(text) == json.loads(sent)


def test_json_in_lines_reads_as_people_write_it():
    text, _ = foreign.document(b'{"a":[1,2],"b":{},"c":{"d":"e"}}')
    assert text == '{\n  "a": [\n    1,\n    2\n  ],\n  "b": {},\n  "c": {\n    "d": "e"\n  }\n}'


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 500_000,
        b"[" * 900 + b"]" * 900,
        b'"\\' * 500_000,
        b"\xff\xfe\x00binary",
        b'{"a":"' + b"x" * 1_000_000 + b'"}',
        json.dumps([[1] * 3] * 50_000).encode(),
        b"9" * 1_000_000,
        b"",
    ],
    ids=lambda content: ascii(content[:8]),
)
def test_no_document_costs_much(content):
    began = time.monotonic()
    text, _ = foreign.document(content)
    assert len(text) <= foreign.LONGEST_DOCUMENT * 6
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("text", ["https://git.example.com/a?b=c#d", "http://example.com"])
def test_an_address_of_the_web_is_a_link(text):
    assert foreign.is_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "https://",
        "https:example.com",
        "https://good.example@evil.example/",
        "https://exämple.com/",
        "https://example.com/\u202e",
        "https://example.com/ x",
        'https://example.com/"x',
        "https://example.com\\@evil.example",
        "https://[::1",
        " https://example.com",
        "https://example.com/" + "x" * 600,
    ],
)
def test_nothing_else_is(text):
    assert not foreign.is_link(text)

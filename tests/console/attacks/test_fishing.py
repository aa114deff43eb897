"""Searching and sorting by what is hidden: whoever fishes for a hash catches not one character of it."""

import json
import string
from urllib.parse import quote

import pytest

from accounts.models import BuiltIn, User
from console.api import operations
from console.api.urls import VIEWS
from tests.console.attacks import things
from tests.factories.accounts import add_member, make_sysadmin
from tests.factories.http import client_of

pytestmark = pytest.mark.django_db

BASE = "/api/v2.0"
JSON = "application/json; charset=utf-8"
HIDDEN = [
    "password",
    "secret",
    "previous_secret",
    "owner__password",
    "owner.password",
    "user__password",
    "authorization_version",
    "_connector",
    "is_sysadmin",
]
TERMS = ["{}={}", "{}=~{}", "{}__startswith={}", "{}=[{}~]"]


def is_list(template: str) -> bool:
    """Whether it has pages: as Harbor says, or by what its view does."""
    get, told = getattr(VIEWS[template], "get", None), operations.find("GET", template)
    return get is not None and ("page" in (told.query if told else ()) or "pagination" in get.__code__.co_names)


LISTS = [template for template in VIEWS if is_list(template)]


@pytest.mark.parametrize("template", LISTS)
def test_hidden_keys_change_no_list(template):
    """They are ignored as unknown ones are, or the query is refused: the same for a true guess and a wrong one."""
    here = things.make("app")
    path = here.path(template)
    client = client_of(make_sysadmin())
    known = User.objects.get(pk=here.values["user_id"]).password
    for key in HIDDEN:
        for term in TERMS:
            told = [
                _said(client.get(f"{path}?q={quote(term.replace('{}', key, 1).replace('{}', guess))}"))
                for guess in (known[:9], "nothing-of-it")
            ]
            assert told[0] == told[1], (key, term)


@pytest.mark.parametrize("template", LISTS)
def test_hidden_keys_put_no_list_in_order(template):
    path = things.make("app").path(template)
    client = client_of(make_sysadmin())
    usual = _said(client.get(path))
    for key in HIDDEN:
        for sign in ("", "-"):
            assert _said(client.get(f"{path}?sort={sign}{quote(key)}")) == usual, key


def test_a_script_that_guesses_a_hash_recovers_nothing():
    """Character by character, by each way there is to ask: a list that answers otherwise gives the next one away."""
    here = things.make("app")
    sysadmin = make_sysadmin()
    add_member(here.project, User.objects.get(username=sysadmin.name), BuiltIn.PROJECT_ADMIN)
    client = client_of(sysadmin)
    target = User.objects.get(pk=here.values["user_id"])
    lists = [f"{BASE}/users", f"{BASE}/projects", f"{BASE}/robots", f"{BASE}/projects/app/members", f"{BASE}/quotas"]
    for path in lists:
        for key in ("password", "user__password", "owner__password", "secret", "entity__password"):
            assert _recovered(client, path, key, target.password) == ""


def _recovered(client, path: str, key: str, truth: str) -> str:
    """As much of a hash as a list gives away."""
    known = ""
    while len(known) < 8:
        answers = {
            character: _said(client.get(f"{path}?q={quote(f'{key}=~{known}{character}')}"))
            for character in string.ascii_lowercase[:14] + "$="
        }
        rare = [each for each in answers if [*answers.values()].count(answers[each]) == 1]
        if len(rare) != 1 or not truth.startswith(known + rare[0]):
            return known
        known += rare[0]
    return known


def _said(answer) -> tuple[int, object]:
    """What is told, whatever the order of its keys."""
    if answer.status_code >= 400:
        return answer.status_code, None
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, json.loads(content) if answer["Content-Type"] == JSON else content

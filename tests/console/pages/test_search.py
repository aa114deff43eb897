"""One box for projects, repositories, tags and digests."""

import pytest
from django.test import Client

from accounts.models import BuiltIn
from console.pages import search as page
from registry.content import search
from tests.factories.accounts import add_member, make_principal, make_project, make_sysadmin, make_user, user_of
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return browser_of(user_of(make_sysadmin()))


def found(browser, text):
    answer = browser.get("/search", {"q": text})
    assert answer.status_code == 200
    return answer.context["found"]


def tags(hits):
    return [f"{tag.repository.name}:{tag.name}" for tag in hits.tags]


def test_everything_is_found_as_clients_write_it(admin):
    app = make_repository("team/app")
    document = push_image(app, "1.4")
    push_image(make_repository("team/other", app.project), "1.4")
    push_image(app, "2.0")
    assert [project.name for project in found(admin, "tea").projects] == ["team"]
    assert [repository.name for repository in found(admin, "pp").repositories] == ["team/app"]
    assert tags(found(admin, "1.4")) == ["team/app:1.4", "team/other:1.4"]
    assert tags(found(admin, "1.")) == ["team/app:1.4", "team/other:1.4"]
    for text in ("team/app:1.4", "testserver/team/app:1.4", "https://testserver/team/app:1", "app:1", " app:1.4 "):
        assert tags(found(admin, text)) == ["team/app:1.4"], text
    digest = document.digest
    for text in (digest, digest[:15], digest[7:], digest[7:13], digest[7:13].upper(), f"app@{digest[:12]}"):
        assert [each.digest for each in found(admin, text).artifacts] == [digest], text
    assert not found(admin, f"other@{digest}").artifacts
    assert not found(admin, "nothing-like-it")
    assert not found(admin, "")


def test_what_is_found_leads_to_its_page(admin):
    document = push_image(make_repository("team/app"), "1.4")
    shown = admin.get("/search", {"q": "team/app:1.4"}).content.decode()
    assert f'href="/projects/team/app@{document.digest}"' in shown
    assert 'href="/projects/team/app"' in shown
    assert 'value="team/app:1.4"' in shown


def test_nobody_finds_what_they_may_not_see():
    digests, alice = {}, make_user()
    for name in ("hidden", "shown", "mine"):
        project = make_project(name, is_public=name == "shown")
        if name == "mine":
            add_member(project, alice, BuiltIn.GUEST, repositories="app")
        digests[name] = push_image(make_repository(f"{name}/app", project), "v1").digest
        push_image(make_repository(f"{name}/secret", project), "v1")
    for browser, seen in (
        (Client(), {"shown"}),
        (browser_of(user_of(make_principal())), {"shown"}),
        (browser_of(alice), {"shown", "mine"}),
        (browser_of(user_of(make_sysadmin())), {"hidden", "shown", "mine"}),
    ):
        assert {tag.repository.name.partition("/")[0] for tag in found(browser, "v1").tags} == seen
        for name, digest in digests.items():
            assert bool(found(browser, digest).artifacts) == (name in seen)
        assert {each.name.partition("/")[0] for each in found(browser, "app").repositories} == seen
    assert "mine/secret:v1" not in tags(found(browser_of(alice), "v1"))
    assert not found(browser_of(alice), "mine/secret")


def test_the_first_of_many_are_shown_and_that_there_are_more(admin, monkeypatch):
    monkeypatch.setattr(page, "MOST", 2)
    for number in range(3):
        push_image(make_repository(f"team{number}/app"), "same")
    hits = found(admin, "team")
    assert len(hits.projects) == len(hits.repositories) == 2
    assert hits.more == {"projects", "repositories"}
    shown = admin.get("/search", {"q": "same"}).content.decode()
    assert "These are the first 2" in shown


def test_a_page_asks_a_constant_number_of_times(admin, django_assert_max_num_queries):
    for number in range(12):
        push_image(make_repository(f"cafe{number}/cafe"), "cafe")
    with django_assert_max_num_queries(16):
        hits = found(admin, "cafe")
    assert len(hits.tags) == 12


@pytest.mark.parametrize("text", ["<script>", "%", "_", "\\", "'", "::", "@", "@@", ":", "a" * 300, "ſha", "é"])
def test_whatever_is_written_is_an_answer(admin, text):
    answer = admin.get("/search", {"q": text})
    assert answer.status_code == 200
    assert "<script>\n" not in answer.content.decode()
    assert "Search for <" not in answer.content.decode()


def test_a_text_means_what_clients_mean_by_it():
    assert search.parse("app") == search.Wanted(name="app", tag="app")
    assert search.parse("team/app:1") == search.Wanted(repository="team/app", tag="1")
    assert search.parse("cafe") == search.Wanted(name="cafe", tag="cafe", digest="sha256:cafe")
    assert search.parse("sha512:cafe").digest == "sha512:cafe"
    assert search.parse("app@sha256:cafe") == search.Wanted(repository="app", digest="sha256:cafe")

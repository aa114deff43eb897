"""The page of a repository: its artifacts and tags, and what it is about."""

import pytest
from django.test import Client

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels, repositories
from registry.models import Artifact
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db

APP = "/projects/team/app"
# However long a list is.
MOST_QUERIES = 22
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def repository():
    return make_repository("team/app")


def member(repository, role=BuiltIn.GUEST, **patterns):
    user = make_user()
    add_member(repository.project, user, role, **patterns)
    return browser_of(user)


def page(browser, address=APP, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def digests(answer):
    return [row.artifact.digest for row in answer.context["shown"]]


def signed(repository, subject, tag):
    said = {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}
    return put(repository, tag, image_of(repository, subject=said))


def test_each_artifact_has_its_tags_platform_labels_and_the_command_to_pull_it(repository):
    image = push_image(repository, "1.0")
    put(repository, "latest", image.body)
    label = labels.create("tested", color="#00aa00", project=repository.project, by=SYSTEM)
    labels.attach(Artifact.objects.get(digest=image.digest), label.pk, by=SYSTEM)
    shown = page(member(repository)).content.decode()
    for piece in (f"{APP}:1.0", f"{APP}:latest", "linux/amd64", "tested", "docker pull testserver/team/app:latest"):
        assert piece in shown


def test_an_index_opens_into_what_it_is_made_of(repository):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    answer = page(member(repository))
    assert f'href="{APP}@{child.digest}"' in answer.content.decode()
    assert digests(answer)[0] == index.digest


def test_what_is_signed_says_so_and_signatures_are_no_rows_of_their_own(repository):
    image = push_image(repository, "1.0")
    put(
        repository,
        f"{image.digest.replace(':', '-')}.sig",
        image_of(repository, push_blob(repository)),
    )
    answer = page(member(repository))
    assert digests(answer) == [image.digest]
    assert "Signed" in answer.content.decode()


def test_a_filter_finds_by_a_part_of_a_tag_by_digest_by_label_and_what_has_no_tag(repository):
    first, second = push_image(repository, "v1.0"), push_image(repository, "v2.0")
    bare = put(repository, (document := push_image(repository, "gone")).digest, document.body)
    browser = member(repository)
    assert digests(page(browser, f"{APP}?q=1.0")) == [first.digest]
    assert digests(page(browser, f"{APP}?q={second.digest[:20]}")) == [second.digest]
    assert digests(page(browser, f"{APP}?q={second.digest[7:19]}")) == [second.digest]
    assert set(digests(page(browser, f"{APP}?tagged=yes"))) == {first.digest, second.digest, bare.digest}
    assert "No artifact here is like that" in page(browser, f"{APP}?tagged=no").content.decode()
    label = labels.create("good", project=repository.project, by=SYSTEM)
    labels.attach(Artifact.objects.get(digest=first.digest), label.pk, by=SYSTEM)
    assert digests(page(browser, f"{APP}?label={label.pk}")) == [first.digest]
    assert page(browser, f"{APP}?label=999999999999999999").status_code == 200


def test_it_is_put_in_order_and_turned_by_pages(repository):
    for number in range(53):
        push_image(repository, f"v{number}")
    browser = member(repository)
    for sort in ("pushed", "-pushed", "pulled", "-pulled", "size", "-size", "none"):
        first = page(browser, f"{APP}?sort={sort}")
        following = page(browser, APP + first.context["listing"].next_url)
        seen = digests(first) + digests(following)
        assert (sort, len(seen), len(set(seen))) == (sort, 53, 53)
        assert digests(page(browser, APP + following.context["listing"].previous_url)) == digests(first)


def test_the_tags_are_listed_with_where_they_point(repository):
    push_image(repository, "1.0")
    push_image(repository, "2.0")
    browser = member(repository)
    answer = page(browser, f"{APP}/-/tags")
    assert [row.tag.name for row in answer.context["shown"]] == ["1.0", "2.0"]
    assert [row.tag.name for row in page(browser, f"{APP}/-/tags?q=2").context["shown"]] == ["2.0"]


@pytest.mark.parametrize("tab", ["", "/-/tags", "/-/history", "/-/deleted"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(repository, tab, django_assert_max_num_queries):
    browser = member(repository, BuiltIn.MAINTAINER)
    for number in range(3):
        push_image(repository, f"v{number}")
    page(browser, APP + tab)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(browser, APP + tab)
    for number in range(3, 30):
        put(repository, f"multi{number}", index_of(push_image(repository, f"v{number}")))
    page(browser, APP + tab)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(browser, APP + tab)


def test_who_may_do_what_is_shown_that_and_no_more(repository):
    push_image(repository, "1.0")
    wanted = {
        BuiltIn.GUEST: (False, False, False),
        BuiltIn.DEVELOPER: (True, False, True),
        BuiltIn.MAINTAINER: (True, True, True),
    }
    for role, expected in wanted.items():
        shown = page(member(repository, role)).content.decode()
        assert ("/-/tag" + '"' in shown, "/-/artifacts/delete" in shown, "/-/deleted" in shown) == expected, role


def test_a_stranger_learns_nothing_and_who_is_nobody_sees_what_is_public(repository):
    push_image(repository, "1.0")
    stranger = browser_of(make_user())
    for tab in ("", "/-/tags", "/-/history", "/-/about", "/-/deleted", "/-/edit", "/-/delete"):
        assert page(stranger, APP + tab, 403)
        assert page(stranger, f"/projects/absent/app{tab}", 403)
    assert Client().get(APP)["Location"].startswith("/sign-in")
    open_one = make_repository(project=make_project("open", is_public=True))
    push_image(open_one, "1.0")
    shown = page(Client(), f"/projects/{open_one.name}").content.decode()
    assert "Delete chosen" not in shown
    assert "Copy chosen" not in shown


def test_a_role_for_other_repositories_does_not_show_this_one(repository):
    push_image(repository, "1.0")
    assert page(member(repository, BuiltIn.MAINTAINER, repositories="web"), status=403)


def test_a_repository_that_holds_nothing_is_there_for_nobody_but_who_may_bring_it_back(repository):
    assert page(member(repository, BuiltIn.MAINTAINER), status=404)


@pytest.mark.parametrize("name", [f"team/{'a' * 250}", "/".join(["team", *["b"] * 125])])
def test_the_longest_names_have_pages(name):
    long_one = make_repository(name, make_project("team"))
    image = push_image(long_one, "t" * 128)
    browser = member(long_one, BuiltIn.MAINTAINER)
    for address in ("", "/-/tags", "/-/history", f":{'t' * 128}/-/delete", f"@{image.digest}/-/copy"):
        page(browser, f"/projects/{name}{address}")


def test_what_people_wrote_is_shown_as_markdown_and_does_nothing(repository):
    push_image(repository, "1.0")
    repositories.describe(repository, f"# App\n\n{ATTACK} [x](javascript:alert(1))", by=SYSTEM)
    shown = page(member(repository), f"{APP}/-/about").content.decode()
    assert "<h2>App</h2>" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert 'href="javascript:' not in shown


def test_a_developer_writes_what_it_is_about_and_loses_nothing_when_it_is_too_long(repository):
    push_image(repository, "1.0")
    browser = member(repository, BuiltIn.DEVELOPER)
    page(browser, f"{APP}/-/edit")
    saved = browser.post(f"{APP}/-/edit", {"description": "line one\r\nline two"})
    assert saved["Location"] == f"{APP}/-/about"
    repository.refresh_from_db()
    assert repository.description == "line one\nline two"
    refused = browser.post(f"{APP}/-/edit", {"description": "x" * (repositories.LONGEST_DESCRIPTION + 1)})
    assert refused.status_code == 422
    assert "x" * 1000 in refused.content.decode()
    assert member(repository).post(f"{APP}/-/edit", {"description": "mine"}).status_code == 403

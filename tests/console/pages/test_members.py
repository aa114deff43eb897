"""The members of a project on its page: who is there, joining, other roles, leaving."""

import pytest

from accounts import configuration
from accounts.models import BuiltIn, Member
from accounts.principals import SYSTEM
from tests.factories.accounts import add_member, make_group, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

PAGE = "/projects/team/-/members"


@pytest.fixture
def project():
    return make_project("team")


def member(project, role, username="", **patterns):
    user = make_user(username)
    add_member(project, user, role, **patterns)
    return browser_of(user)


@pytest.fixture
def admin(project):
    return member(project, BuiltIn.PROJECT_ADMIN, "boss")


def add(browser, **wanted):
    return browser.post(f"{PAGE}/new", {"kind": "user", "role": BuiltIn.DEVELOPER, **wanted})


def candidates(browser, kind, name):
    return [value for value, _ in browser.get(f"{PAGE}/candidates", {"kind": kind, "name": name}).context["candidates"]]


def test_users_and_groups_are_listed_with_what_their_roles_are_for(project, admin):
    add_member(project, make_group("ops"), BuiltIn.MAINTAINER)
    add_member(project, make_user("eve"), BuiltIn.DEVELOPER, repositories="web/**", tags="!release-*")
    said = admin.get(PAGE).content.decode()
    for part in ("boss", "cn=ops,ou=groups,dc=example,dc=org", "Maintainer", "web/**", "!release-*", "all of it"):
        assert part in said
    assert [row.entity_name for row in admin.get(f"{PAGE}?q=OP").context["listing"].rows] == ["ops"]


@pytest.mark.parametrize("role", [BuiltIn.MAINTAINER, BuiltIn.GUEST])
def test_who_may_not_change_members_is_offered_nothing(project, role):
    add_member(project, make_group("ops"), BuiltIn.GUEST)
    browser = member(project, role)
    said = browser.get(PAGE).content.decode()
    assert "ops" in said
    assert "cn=ops" not in said
    assert f"{PAGE}/new" not in said
    assert "/remove" not in said
    assert 'name="role"' not in said
    assert browser.get(f"{PAGE}/new").status_code == 403
    assert browser.get(f"{PAGE}/candidates?name=a").status_code == 403
    assert add(browser, name="x").status_code == 403


def test_a_limited_guest_sees_no_members(project):
    browser = member(project, BuiltIn.LIMITED_GUEST)
    assert browser.get(PAGE).status_code == 403
    assert PAGE not in browser.get("/projects/team").content.decode()


def test_a_user_joins(project, admin):
    eve = make_user("eve")
    answer = add(admin, name="eve")
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert Member.objects.get(user=eve).role_id == BuiltIn.DEVELOPER
    assert "eve is a member of team now." in admin.get(PAGE).content.decode()


def test_a_group_joins_by_name_or_by_dn(project, admin):
    ops, dev = make_group("ops"), make_group("dev")
    add(admin, kind="group", name="ops")
    add(admin, kind="group", name=dev.ldap_dn)
    assert {row.group for row in project.members.exclude(group=None)} == {ops, dev}


def test_a_role_is_narrowed_by_patterns(project, admin):
    make_user("eve")
    assert add(admin, name="eve", repositories="web/**", tags="1.*").status_code == 303
    narrowed = Member.objects.get(user__username="eve")
    assert (narrowed.repositories, narrowed.tags) == ("web/**", "1.*")


@pytest.mark.parametrize(
    ("wanted", "field", "says"),
    [
        ({"name": "nobody"}, "name", "There is no user nobody"),
        ({"name": "boss"}, "name", "already a member"),
        ({"name": "none", "kind": "group"}, "name", "There is no group none"),
        ({"name": ""}, "name", "required"),
        ({"name": "eve", "role": "77"}, "role", "valid choice"),
        ({"name": "eve", "repositories": "{web"}, "repositories", "needs its }"),
        ({"name": "eve", "tags": "!"}, "tags", "something behind"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(project, admin, wanted, field, says):
    make_user("eve")
    answer = add(admin, **wanted)
    assert answer.status_code == 422
    assert says in answer.context["form"].errors[field][0]
    assert f'value="{wanted["name"]}"' in answer.content.decode() or not wanted["name"]
    assert project.members.count() == 1


def test_nobody_gives_a_role_that_allows_more_than_their_own(project):
    custom = member(project, BuiltIn.PROJECT_ADMIN, repositories="web")
    assert add(custom, name=make_user("eve").username, role=BuiltIn.GUEST).status_code == 403


def test_a_role_is_changed_in_its_row(project, admin):
    eve = add_member(project, make_user("eve"), BuiltIn.GUEST)
    answer = admin.post(f"{PAGE}/{eve.pk}/role", {"role": BuiltIn.MAINTAINER})
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    eve.refresh_from_db()
    assert eve.role_id == BuiltIn.MAINTAINER
    assert admin.post(f"{PAGE}/{eve.pk}/role", {"role": "much"}).status_code == 400


def test_a_member_goes_after_it_was_told_what_that_means(project, admin):
    eve = add_member(project, make_user("eve"), BuiltIn.GUEST)
    assert "eve is Guest here." in admin.get(f"{PAGE}/{eve.pk}/remove").content.decode()
    assert Member.objects.filter(pk=eve.pk).exists()
    assert admin.post(f"{PAGE}/{eve.pk}/remove").status_code == 303
    assert not Member.objects.filter(pk=eve.pk).exists()


def test_a_member_of_another_project_is_not_found_here(project, admin):
    stranger = add_member(make_project("other"), make_user(), BuiltIn.GUEST)
    assert admin.get(f"{PAGE}/{stranger.pk}/remove").status_code == 404
    assert admin.post(f"{PAGE}/{stranger.pk}/role", {"role": 1}).status_code == 404


def test_a_beginning_of_a_name_is_completed(project, admin):
    for name in ("eve", "steven", "bob"):
        make_user(name)
    make_group("events")
    assert candidates(admin, "user", "EVE") == ["eve", "steven"]
    assert candidates(admin, "group", "eve") == ["cn=events,ou=groups,dc=example,dc=org"]
    assert candidates(admin, "user", "") == []


def test_a_directory_that_does_not_answer_is_told_beside_the_name(project, admin):
    for key, value in {"auth_mode": "ldap_auth", "ldap_url": "ldap://127.0.0.1:1", "ldap_base_dn": "dc=x"}.items():
        configuration.set(key, value, by=SYSTEM)
    answer = add(admin, name="eve")
    assert answer.status_code == 422
    assert "does not answer" in answer.context["form"].errors["name"][0]
    sysadmin = browser_of(make_user("root", is_sysadmin=True))
    assert candidates(sysadmin, "user", "bos") == ["boss"]


def test_a_page_of_many_members_asks_the_database_no_more_than_one_of_few(
    project, admin, django_assert_max_num_queries
):
    admin.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        admin.get(PAGE)
    for number in range(30):
        add_member(project, make_user(f"user-{number:02}"), BuiltIn.GUEST)
        add_member(project, make_group(f"group-{number:02}"), BuiltIn.GUEST)
    with django_assert_max_num_queries(20) as many:
        first = admin.get(PAGE).context["listing"]
    assert len(many) == len(few)
    second = admin.get(f"{PAGE}{first.next_url}").context["listing"]
    names = [row.entity_name for row in [*first.rows, *second.rows]]
    assert (len(names), names) == (61, sorted(names))


def test_what_people_call_themselves_is_shown_as_text(project, admin):
    add_member(project, make_group("<script>alert(1)</script>"), BuiltIn.GUEST)
    assert "<script>alert" not in admin.get(PAGE).content.decode()

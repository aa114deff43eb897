"""The labels of a project on their page."""

import pytest

from accounts.models import BuiltIn
from registry.models import Artifact, ArtifactLabel, Label
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

PAGE = "/projects/team/-/labels"


@pytest.fixture
def project():
    return make_project("team")


def member(project, role):
    user = make_user()
    add_member(project, user, role)
    return browser_of(user)


@pytest.fixture
def maintainer(project):
    return member(project, BuiltIn.MAINTAINER)


def label(project, name, **more):
    return Label.objects.create(project=project, name=name, **more)


def test_a_label_is_made_changed_and_deleted(project, maintainer):
    wanted = {"name": "tested", "description": "by hand", "color": "#1d7a45"}
    assert maintainer.post(f"{PAGE}/new", wanted)["Location"] == PAGE
    made = Label.objects.get(project=project)
    assert (made.name, made.description, made.color) == ("tested", "by hand", "#1d7a45")
    assert 'value="#1d7a45"' in maintainer.get(f"{PAGE}/{made.pk}").content.decode()
    assert maintainer.post(f"{PAGE}/{made.pk}", wanted | {"name": "proven"}).status_code == 303
    made.refresh_from_db()
    assert made.name == "proven"
    assert maintainer.post(f"{PAGE}/{made.pk}/delete").status_code == 303
    assert not Label.objects.exists()


def test_who_deletes_a_label_is_told_how_many_artifacts_have_it(project, maintainer):
    tested = label(project, "tested")
    repository = make_repository("team/app", project)
    for tag in ("1", "2"):
        push_image(repository, tag)
    ArtifactLabel.objects.bulk_create(
        ArtifactLabel(label=tested, artifact=artifact) for artifact in Artifact.objects.filter(is_listed=True)
    )
    assert "2 artifacts have it" in maintainer.get(f"{PAGE}/{tested.pk}/delete").content.decode()
    assert maintainer.get(PAGE).context["listing"].rows[0].artifacts == 2


@pytest.mark.parametrize(
    ("wanted", "field", "says"),
    [
        ({"name": "taken"}, "name", "a label taken already"),
        ({"name": ""}, "name", "required"),
        ({"name": "   "}, "name", "required"),
        ({"name": "x", "color": "red"}, "color", "valid value"),
        ({"name": "x" * 129}, "name", "128"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(project, maintainer, wanted, field, says):
    label(project, "taken")
    answer = maintainer.post(f"{PAGE}/new", {"description": "kept", "color": "#112233"} | wanted)
    assert answer.status_code == 422
    assert says in answer.context["form"].errors[field][0]
    assert 'value="kept"' in answer.content.decode()


def test_who_may_only_see_labels_is_offered_no_change(project):
    tested = label(project, "tested")
    browser = member(project, BuiltIn.GUEST)
    said = browser.get(PAGE).content.decode()
    assert "tested" in said
    assert f"{PAGE}/new" not in said
    assert f"{PAGE}/{tested.pk}" not in said
    for address in (f"{PAGE}/new", f"{PAGE}/{tested.pk}", f"{PAGE}/{tested.pk}/delete"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"name": "x", "color": "#112233"}).status_code == 403
    assert member(project, BuiltIn.LIMITED_GUEST).get(PAGE).status_code == 403


def test_a_label_of_another_project_is_not_found_here(project, maintainer):
    foreign = label(make_project("other"), "theirs")
    assert maintainer.get(f"{PAGE}/{foreign.pk}").status_code == 404
    assert maintainer.post(f"{PAGE}/{foreign.pk}/delete").status_code == 404


def test_names_and_colours_that_others_wrote_do_nothing_but_show(project, maintainer):
    label(project, "<b>bold</b>", color='#111" onload="x', description="<img src=x>")
    said = maintainer.get(PAGE).content.decode()
    assert "<b>bold" not in said
    assert "<img" not in said
    assert '" onload="' not in said


def test_a_page_of_many_labels_asks_the_database_no_more_than_one_of_few(
    project, maintainer, django_assert_max_num_queries
):
    label(project, "first")
    maintainer.get(PAGE)
    with django_assert_max_num_queries(20) as few:
        maintainer.get(PAGE)
    for number in range(60):
        label(project, f"label-{number:02}")
    with django_assert_max_num_queries(20) as many:
        listing = maintainer.get(PAGE).context["listing"]
    assert len(many) == len(few)
    assert len(maintainer.get(f"{PAGE}{listing.next_url}").context["listing"].rows) == 11


def test_labels_of_everybody_are_looked_after_by_system_admins_alone(project, maintainer):
    label(project, "of the team")
    root = browser_of(make_user(is_sysadmin=True))
    assert root.post("/labels/new", {"name": "stable", "color": "#112233"})["Location"] == "/labels"
    made = Label.objects.get(project=None)
    said = root.get("/labels").content.decode()
    assert "stable" in said
    assert "of the team" not in said
    assert root.post(f"/labels/{made.pk}", {"name": "proven", "color": "#112233"}).status_code == 303
    for address in ("/labels", "/labels/new", f"/labels/{made.pk}", f"/labels/{made.pk}/delete"):
        assert maintainer.get(address).status_code == 403
        assert maintainer.post(address).status_code == 403
    assert root.post(f"/labels/{made.pk}/delete").status_code == 303
    assert not Label.objects.filter(project=None).exists()


def test_a_label_of_a_project_is_none_of_everybodys(project, maintainer):
    own, common = label(project, "own"), label(None, "common")
    root = browser_of(make_user(is_sysadmin=True))
    assert root.get(f"/labels/{own.pk}").status_code == 404
    assert maintainer.get(f"{PAGE}/{common.pk}").status_code == 404

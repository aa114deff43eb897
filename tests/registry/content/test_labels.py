"""Labels, of everybody and of one project, and the artifacts that have them on."""

import pytest

from accounts.exceptions import Invalid, NotAllowed
from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels
from registry.exceptions import LabelExists, LabelInUse, LabelUnknown
from registry.models import Artifact, Label
from tests.factories.accounts import make_project, make_sysadmin, member_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact():
    repository = make_repository()
    push_image(repository)
    return Artifact.objects.get(repository=repository)


def test_a_label_of_everybody_takes_a_system_admin():
    label = labels.create("release", color="#00ff00", project=None, by=make_sysadmin())
    assert label.project is None
    with pytest.raises(NotAllowed):
        labels.create("mine", project=None, by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))


def test_a_label_of_a_project_takes_a_maintainer_there():
    project = make_project()
    labels.create("stable", project=project, by=member_of(project, BuiltIn.MAINTAINER))
    with pytest.raises(NotAllowed):
        labels.create("other", project=project, by=member_of(project, BuiltIn.DEVELOPER))


def test_a_name_is_taken_once_a_project():
    project = make_project()
    labels.create("stable", project=project, by=SYSTEM)
    labels.create("stable", project=make_project(), by=SYSTEM)
    labels.create("stable", project=None, by=SYSTEM)
    for of in (project, None):
        with pytest.raises(LabelExists):
            labels.create("stable", project=of, by=SYSTEM)


@pytest.mark.parametrize(
    ("name", "color"), [("", ""), ("  ", ""), ("x" * 129, ""), ("x", "red"), ("x", "#12"), ("x", "url(javascript:1)")]
)
def test_what_is_no_label_is_refused(name, color):
    with pytest.raises(Invalid):
        labels.create(name, color=color, project=None, by=SYSTEM)


def test_labels_go_on_artifacts_and_off_again(artifact):
    project = artifact.repository.project
    developer = member_of(project, BuiltIn.DEVELOPER)
    for label in (
        labels.create("stable", project=project, by=SYSTEM),
        labels.create("release", project=None, by=SYSTEM),
    ):
        labels.attach(artifact, label.pk, by=developer)
        with pytest.raises(LabelInUse):
            labels.attach(artifact, label.pk, by=developer)
        labels.detach(artifact, label.pk, by=developer)
        with pytest.raises(LabelUnknown):
            labels.detach(artifact, label.pk, by=developer)


def test_the_label_of_another_project_is_unknown_here(artifact):
    foreign = labels.create("stable", project=make_project(), by=SYSTEM)
    with pytest.raises(LabelUnknown):
        labels.attach(artifact, foreign.pk, by=SYSTEM)


def test_a_guest_puts_no_labels_on(artifact):
    label = labels.create("release", project=None, by=SYSTEM)
    with pytest.raises(NotAllowed):
        labels.attach(artifact, label.pk, by=member_of(artifact.repository.project, BuiltIn.GUEST))


def test_a_label_that_is_deleted_is_off_every_artifact(artifact):
    label = labels.create("release", project=None, by=SYSTEM)
    labels.attach(artifact, label.pk, by=SYSTEM)
    labels.delete(label, by=SYSTEM)
    assert not artifact.label_links.exists()
    assert not Label.objects.exists()


def test_a_label_of_a_hidden_project_is_not_shown():
    label = labels.create("stable", project=make_project(), by=SYSTEM)
    with pytest.raises(NotAllowed):
        labels.get(label.pk, by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))


def test_a_label_that_another_has_just_deleted_does_not_come_back_by_a_change():
    label = labels.create("stable", project=make_project(), by=SYSTEM)
    labels.delete(Label.objects.get(pk=label.pk), by=SYSTEM)
    with pytest.raises(LabelUnknown):
        labels.change(label, "stable", "", "", by=SYSTEM)
    assert not Label.objects.exists()

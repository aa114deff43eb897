"""The language of lists, as clients send it."""

from urllib.parse import quote, quote_plus

import pytest
from django.test import Client

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels, tags
from tests.factories.accounts import add_member, grant_to, make_project, make_robot, make_sysadmin, make_user
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

BASE = "/api/v2.0"


@pytest.fixture
def admin():
    return client_of(make_sysadmin())


def names(answer):
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()]


@pytest.mark.parametrize(
    "write", [str, quote, quote_plus, lambda text: quote(quote(text)), lambda text: quote_plus(quote_plus(text))]
)
def test_a_query_is_decoded_once_more_than_a_url_is(write):
    """harbor-cli encodes it once, the console of Harbor twice; both mean the same."""
    make_project("app", is_public=True)
    make_project("other", is_public=True)
    assert names(Client().get(f"{BASE}/projects?q={write('name=~pp,public=true')}")) == ["app"]


def test_keys_are_written_in_any_case_and_unknown_ones_say_nothing(admin):
    project = make_project("app")
    for key in ("project_id", "ProjectID", "ProjectId", "projectID"):
        assert names(admin.get(f"{BASE}/projects?q={key}={project.pk}")) == ["app"]
    assert names(admin.get(f"{BASE}/projects?q=nothing=7,name=app&sort=nothing,-secret")) == ["app"]


@pytest.mark.parametrize("broken", ["name", "name=", "=app", "name=[a", "name={a", "name=(a", "name=~", "a=1,,b=2"])
def test_a_query_that_cannot_be_read_is_refused(broken):
    answer = Client().get(f"{BASE}/projects?q={quote(broken)}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("public", "found"), [("true", ["open"]), ("1", ["open"]), ("false", ["closed"]), ("0", ["closed"])]
)
def test_public_is_asked_for_in_words_and_numbers(admin, public, found):
    make_project("open", is_public=True)
    make_project("closed")
    assert names(admin.get(f"{BASE}/projects?public={public}")) == found


def test_metadata_are_strings():
    make_project("open", is_public=True)
    assert Client().get(f"{BASE}/projects/open").json()["metadata"]["public"] == "true"


def test_robots_are_those_of_the_system_unless_a_project_is_named(admin):
    """As Terraform and harbor-cli ask."""
    project = make_project("app")
    make_robot("system")
    grant_to(make_robot("ours", project), "repository:pull", project=project)
    assert names(admin.get(f"{BASE}/robots")) == ["robot$system"]
    assert names(admin.get(f"{BASE}/robots?q=Level=project,ProjectID={project.pk}")) == ["robot$app+ours"]
    assert names(admin.get(f"{BASE}/robots?q=Level%3Dproject%2CProjectID%3D{project.pk}")) == ["robot$app+ours"]


def test_terraform_pages_until_a_list_is_empty(admin):
    for number in range(25):
        make_project(f"app{number}")
    seen, page = [], 1
    while found := names(admin.get(f"{BASE}/projects?page={page}&page_size=10")):
        seen += found
        page += 1
    assert len(seen) == len(set(seen)) == 25


class TestArtifacts:
    """What only the list of artifacts knows."""

    PATH = f"{BASE}/projects/app/repositories/web/artifacts"

    @pytest.fixture(autouse=True)
    def _artifacts(self) -> None:
        self.project = make_project("app")
        repository = make_repository("app/web", self.project)
        self.tagged = push_image(repository, "v1").digest
        self.untagged = push_image(repository, "gone").digest
        tags.delete(repository, "gone", by=SYSTEM)

    def found(self, admin, query):
        answer = admin.get(f"{self.PATH}?{query}")
        assert answer.status_code == 200, answer.content
        return [each["digest"] for each in answer.json()]

    @pytest.mark.parametrize("query", ["q=tags=*", "q=tags%3D*", "q=tags%253Dv1", "q=tags=v1", "q=tags=~v"])
    def test_those_with_tags(self, admin, query):
        assert self.found(admin, query) == [self.tagged]

    def test_those_without(self, admin):
        assert self.found(admin, "q=tags=nil") == [self.untagged]

    def test_those_with_all_of_these_labels(self, admin):
        repository = make_repository("app/web", self.project)
        artifact = repository.artifacts.get(manifest__digest=self.tagged)
        both = [labels.create(name, project=None, by=make_sysadmin()).pk for name in ("one", "two")]
        for label in both:
            labels.attach(artifact, label, by=make_sysadmin())
        assert self.found(admin, f"q=labels=({both[0]} {both[1]})") == [self.tagged]
        assert self.found(admin, f"q=labels=({both[0]} 999999)") == []

    @pytest.mark.parametrize(("switch", "key"), [("with_tag=false", "tags"), ("with_label=false", "labels")])
    def test_what_is_not_asked_for_is_left_out(self, admin, switch, key):
        for each in admin.get(f"{self.PATH}?{switch}").json():
            assert not each.get(key)

    def test_another_harbor_asks_for_all_at_once(self, admin):
        headers = {"User-Agent": "harbor-registry-client", "X-Accept-Vulnerabilities": "application/json"}
        asked = "page_size=100&with_label=true&with_accessory=true&with_tag=true&with_scan_overview=true"
        assert len(admin.get(f"{self.PATH}?{asked}", headers=headers).json()) == 2


def test_who_may_not_see_a_project_finds_nothing_of_it():
    hidden = make_project("hidden")
    push_image(make_repository("hidden/app", hidden))
    ann = make_user("ann")
    add_member(make_project("hers"), ann, BuiltIn.PROJECT_ADMIN)
    client = client_of(ann)
    assert names(client.get(f"{BASE}/projects?q=name=hidden")) == []
    assert names(client.get(f"{BASE}/repositories?q=name=~hidden")) == []

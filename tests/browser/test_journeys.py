"""What people come for, from the door to the end, with real clients pushing and pulling meanwhile."""

import re
import time
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser import people
from tests.browser.conftest import PageAs
from tests.browser.scene import Scene
from tests.engines import images, slapd
from tests.engines.programs import Failed
from tests.engines.registries import Registry, RoleId
from tests.engines.skopeo import Skopeo

pytestmark = pytest.mark.both_databases


@dataclass
class Shop:
    """A project of a test's own, whose admin is petra, with two images that dora has pushed one after the other."""

    dora: Registry
    skopeo: Skopeo
    first: str = ""
    second: str = ""

    def push(self, tag: str) -> str:
        """A new image under this tag. Answers its digest."""
        layout = images.layout(
            self.skopeo.folder / images.noise(4).hex(), [images.archive({"file": images.noise(900)})], ["/file"], tag
        )
        self.skopeo.copy(layout.for_skopeo, f"docker://{self.dora.reference('app', tag)}")
        return self.skopeo.digest(self.dora.reference("app", tag))

    def pull(self, reference: str) -> str:
        """As a client gets it; answers its digest."""
        place = self.skopeo.folder / images.noise(4).hex()
        self.skopeo.copy(f"docker://{self.dora.reference('app', reference)}", f"dir:{place}")
        return self.skopeo.digest(self.dora.reference("app", reference))


@pytest.fixture
def shop(scene: Scene, skopeo: Skopeo, request: pytest.FixtureRequest) -> Shop:
    project = scene.people["admin"].make_project(re.sub("[^a-z]+", "-", request.node.name)[:60].strip("-"))
    made = Shop(project.join(scene.people["developer"], RoleId.DEVELOPER), skopeo)
    skopeo.login(made.dora)
    made.first, made.second = made.push("latest"), made.push("latest")
    return made


def reload_until(page: Page, text: str, seconds: float = 30) -> None:
    """For what is counted in batches."""
    until = time.monotonic() + seconds
    while text not in page.inner_text("main"):
        assert time.monotonic() < until, page.inner_text("main")
        page.reload()


def short(digest: str) -> str:
    return digest[:15]


def test_somebody_signs_in_makes_a_project_and_adds_a_member_of_the_directory_who_pushes(
    scene: Scene, page_as: PageAs, skopeo: Skopeo
):
    page = page_as("anonymous")
    page.goto("/projects/-/new")
    people.sign_in(page, scene.people["admin"])
    page.get_by_label("Name").fill("harvest")
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/projects/harvest")
    expect(page.locator("main")).to_contain_text("docker push")

    page.get_by_role("link", name="Members").click()
    page.get_by_role("link", name="Add member").click()
    page.get_by_label("Name", exact=True).fill("lena")
    page.get_by_label("Developer").check()
    page.get_by_role("button", name="Add member").click()
    page.wait_for_url("**/-/members")
    expect(page.get_by_role("row", name="lena")).to_contain_text("Developer")

    lena = replace(scene.people["sysadmin"], username="lena", password=slapd.PASSWORD, project="harvest")
    skopeo.login(lena)
    layout = images.layout(skopeo.folder / "image", [images.archive({"file": b"wheat"})], ["/file"])
    skopeo.copy(layout.for_skopeo, f"docker://{lena.reference('field/wheat', '1')}")
    page.get_by_role("link", name="Repositories").click()
    page.get_by_role("link", name="field/wheat").click()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"docker pull {lena.reference('field/wheat', '1')}")
    expect(page.locator("main")).to_contain_text("by lena")


def test_what_was_pushed_is_found_by_its_digest(shop: Shop, page_as: PageAs):
    page = page_as("developer")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(shop.second[7:19])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    page.locator("main").get_by_role("link", name=re.compile(short(shop.second))).first.click()
    page.get_by_role("link", name="Layers").click()
    expect(page.locator("h1")).to_contain_text(short(shop.second))
    page.get_by_role("link", name="Manifest").click()
    expect(page.locator("main")).to_contain_text("application/vnd.oci.image.layer.v1.tar+gzip")


def test_a_tag_that_was_moved_is_moved_back(shop: Shop, page_as: PageAs):
    assert shop.pull("latest") == shop.second
    page = page_as("admin")
    page.goto(f"/projects/{shop.dora.repository('app')}")
    page.get_by_role("link", name="History").click()
    moved = page.get_by_role("row", name="moved")
    expect(moved).to_contain_text("dora")
    moved.get_by_role("link", name="Restore").click()
    expect(page.locator("main")).to_contain_text(short(shop.first))
    page.get_by_role("button", name="Restore tag").click()
    expect(page.get_by_role("status")).to_contain_text("latest")
    assert shop.pull("latest") == shop.first


def test_a_deleted_artifact_comes_back_with_its_tag(shop: Shop, page_as: PageAs):
    assert shop.pull("latest") == shop.second
    page = page_as("admin")
    page.goto(f"/projects/{shop.dora.repository('app')}@{shop.second}/-/delete")
    reload_until(page, "dora")
    expect(page.locator("main")).to_contain_text("skopeo")
    page.get_by_role("button", name="Delete artifact").click()
    page.wait_for_url(lambda url: not url.endswith("/-/delete"))
    with pytest.raises(Failed, match="manifest unknown"):
        shop.pull("latest")

    page.goto(f"/projects/{shop.dora.repository('app')}")
    page.get_by_role("link", name="Deleted", exact=True).click()
    page.get_by_role("link", name="Undelete").click()
    page.get_by_role("button", name="Undelete").click()
    page.wait_for_url(lambda url: not url.endswith("/-/undelete"))
    assert shop.pull("latest") == shop.second


def test_a_refused_push_says_where_it_is_explained(scene: Scene, shop: Shop, page_as: PageAs):
    project = scene.people["admin"].within(shop.dora.project)
    shop.skopeo.login(project.join(scene.people["guest"], RoleId.GUEST))
    with pytest.raises(Failed, match="why: ") as refused:
        shop.push("mine")
    number = re.search(r"\(why: ([a-z0-9]+)\)", str(refused.value))
    assert number

    page = page_as("guest")
    page.goto("/why")
    page.get_by_label("The id at the end of the message").fill(number[1])
    page.get_by_role("button", name="Open").click()
    expect(page.locator("h1")).to_contain_text(number[1])
    expect(page.locator("main")).to_contain_text("guest")
    expect(page.locator("main")).to_contain_text("a project admin of")


def test_what_is_not_for_somebody_is_not_offered_to_them(scene: Scene, page_as: PageAs):
    page = page_as("guest")
    page.goto("/projects/team")
    assert page.get_by_role("link", name="Settings").count() == 0
    assert page.get_by_role("link", name="Users").count() == 0
    answer = page.goto("/users")
    assert answer is not None
    assert answer.status == 403
    page.goto("/projects/team/-/members/new")
    page.get_by_role("link", name="Why was this refused?").click()
    expect(page.locator("main")).to_contain_text("gus")

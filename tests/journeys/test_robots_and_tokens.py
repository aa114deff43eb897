"""Programs sign in as robots, and with access tokens: docker, podman and skopeo alike."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.engines import images
from tests.engines.docker import Docker
from tests.engines.programs import Failed
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

SHOW = ("/bin/cat", "/greeting")
REFUSED = r"(?i)denied|unauthorized|not allowed|forbidden"
Make = Callable[..., Registry]


@pytest.fixture(autouse=True)
def _needs_robots(registry: Registry) -> None:
    if registry.is_stock:
        pytest.skip("the stock registry knows no robots")


def ask(registry: Registry, method: str, path: str, **wanted: Any) -> dict[str, Any]:
    with registry.client() as client:
        answer = client.request(method, f"/api/v2.0{path}", json=wanted)
    assert answer.is_success, answer.text
    return dict(answer.json()) if answer.content else {}


@pytest.fixture(scope="session")
def make_robot(registry: Registry, developer: Registry) -> Make:
    """A new robot of the developer's project, and the registry as it sees it."""

    def make(name: str, *actions: str) -> Registry:
        access = [{"resource": "repository", "action": action} for action in actions]
        permission = {"kind": "project", "namespace": developer.project, "access": access}
        wanted = {"name": name, "level": "project", "duration": 1, "permissions": [permission]}
        made = ask(registry, "POST", "/robots", **wanted)
        return replace(developer, username=made["name"], password=made["secret"])

    return make


@pytest.fixture(scope="session")
def make_token(developer: Registry) -> Make:
    """A new access token of the developer, and the registry as it is seen with it."""

    def make(name: str, access: str) -> Registry:
        scopes = [{"project": developer.project, "access": access}]
        made = ask(developer, "POST", "/users/current/tokens", name=name, scopes=scopes)
        return replace(developer, password=made["secret"])

    return make


@pytest.fixture(params=["robot", "alias", "access token"])
def program(request: pytest.FixtureRequest, make_robot: Make, make_token: Make) -> Registry:
    """What may push and pull, as each kind of program signs in."""
    if request.param == "access token":
        return make_token("pushing", "push")
    robot = make_robot(request.param, "push", "pull")
    if request.param == "alias":
        return replace(robot, username=robot.username.replace("robot$", "robot~").replace("+", "~"))
    return robot


def test_docker_signs_in_pushes_and_pulls(docker: Docker, program: Registry):
    reference = program.reference("by-program")
    docker.make(reference, images.rootfs({"greeting": b"made by a program"}), *SHOW)
    assert "Login Succeeded" in docker.login(program)
    docker.push(reference)
    docker.forget()
    docker.pull(reference)
    assert docker.run(reference) == "made by a program"


def test_skopeo_is_told_what_a_robot_and_a_token_may_not(
    docker: Docker, skopeo: Skopeo, developer: Registry, make_robot: Make, make_token: Make
):
    reference = developer.reference("not-for-robots")
    docker.make(reference, images.rootfs({"greeting": b"hands off"}), *SHOW)
    docker.login(developer)
    docker.push(reference)
    robot, token = make_robot("puller", "pull"), make_token("pulling", "pull")
    for program, said in [
        (robot, r"robot\$journeys\+puller may not push to journeys/not-for-robots"),
        (token, r"dora may not push to journeys/not-for-robots:1-copied with this access token"),
    ]:
        skopeo.login(program)
        assert skopeo.tags(developer.reference("not-for-robots").removesuffix(":1")) == ["1"]
        with pytest.raises(Failed, match=said):
            skopeo.copy(f"docker://{reference}", f"docker://{reference}-copied")


def test_a_mistyped_token_is_told_at_sign_in(docker: Docker, make_token: Make):
    token = make_token("mistyped", "pull")
    with pytest.raises(Failed, match="this access token is mistyped or cut off"):
        docker.login(token, token.password[:-1])


def test_a_robot_is_shut_out_at_once(docker: Docker, registry: Registry, developer: Registry, make_robot: Make):
    robot = make_robot("leaver", "push", "pull")
    reference = developer.reference("left-behind")
    docker.make(reference, images.rootfs({"greeting": b"still here"}), *SHOW)
    docker.login(robot)
    docker.push(reference)
    with registry.client() as client:
        project = client.get(f"/api/v2.0/projects/{developer.project}").json()["project_id"]
        query = {"q": f"Level=project,ProjectID={project},name=leaver"}
        (found,) = client.get("/api/v2.0/robots", params=query).json()
    ask(registry, "DELETE", f"/robots/{found['id']}")
    docker.forget()
    with pytest.raises(Failed, match=REFUSED):
        docker.pull(reference)
    with pytest.raises(Failed, match=REFUSED):
        docker.login(robot)

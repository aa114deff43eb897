"""A Roadstead at work, for browsers to look at: people of each role, projects full and empty, names as long as they
may be, and images that real clients have pushed."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests import server as servers
from tests.browser import contents
from tests.browser.contents import KIB, MIB, PLAIN, Step, Texts
from tests.engines import registries, slapd
from tests.engines.registries import Registry, RoleId
from tests.engines.skopeo import Skopeo
from tests.engines.slapd import Directory
from tests.server import Server

BASE = "/api/v2.0"
LONG_PROJECT = "-".join(["a-project-that-says-all-there-is-to-say"] * 7)[:255].rstrip("-")
# Clients count the host and port in the 255 characters of a repository's name.
LONG_NAME = "/".join(["long", *["a-part-of-a-long-name"] * 20])[:238].rstrip("/-")
LONG_TAG = ".".join(["a-tag-that-tells-a-story"] * 8)[:128].rstrip(".-")
# The five who look at every page; `anonymous` has not signed in.
PEOPLE = ("sysadmin", "admin", "developer", "guest", "anonymous")
NAMES = {"admin": "petra", "maintainer": "mia", "developer": "dora", "guest": "gus"}
ROLES = {
    "admin": RoleId.PROJECT_ADMIN,
    "maintainer": RoleId.MAINTAINER,
    "developer": RoleId.DEVELOPER,
    "guest": RoleId.GUEST,
}


@dataclass
class Scene:
    """`people` are those who can sign in, by what they are in the project `team`; `values` are what stands open in
    the addresses of pages, by the names that the views give it."""

    server: Server
    texts: Texts
    directory: Directory
    people: dict[str, Registry] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.server.url

    def ask(self, who: str, method: str, path: str, content: Any = None, status: int = 201) -> Any:
        """What the API answers this person: the JSON, or where the new thing is."""
        with self.people[who].client() as client:
            answer = client.request(method, path if path.startswith("/v2/") else f"{BASE}{path}", json=content)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else answer.headers.get("Location", "").rpartition("/")[2]


class Stage(ExitStack):
    """Starts scenes, each in a folder of its own, and stops them all at the end."""

    def __init__(self, folder: Path, new_database: Callable[[], str] = str) -> None:
        super().__init__()
        self._folder = folder
        self._new_database = new_database

    def __enter__(self) -> Self:
        return self

    def set(self, name: str, texts: Texts = PLAIN) -> Scene:
        server = servers.start(self._folder / name, database_url=self._new_database(), ROADSTEAD_WEB_WORKERS="1")
        self.callback(server.stop)
        directory = self.enter_context(slapd.running(self._folder / name))
        scene = Scene(server, texts, directory)
        _gather_people(scene)
        _push(scene, Skopeo(self._folder / name))
        _furnish(scene)
        _leave_traces(scene)
        return scene


def _gather_people(scene: Scene) -> None:
    admin = scene.people["sysadmin"] = registries.of(scene.server)
    team = admin.make_project("team")
    for what, name in NAMES.items():
        user = team.make_user(name)
        scene.people[what] = team.join(user, ROLES[what])
        number = scene.ask("sysadmin", "GET", f"/users/search?username={name}", status=200)[0]["user_id"]
        profile = {
            "realname": f"{name.title()} {scene.texts.name}",
            "email": f"{name}@example.com",
            "comment": scene.texts.brief,
        }
        scene.ask("sysadmin", "PUT", f"/users/{number}", profile, status=200)
        scene.values["user_id"] = str(number)
    for name in ("empty", LONG_PROJECT, "long"):
        admin.make_project(name)
    directory = scene.directory
    directory.add_group("devs", directory.add_person("lena", name=scene.texts.name, mail="lena@example.org"))
    scene.ask("sysadmin", "PUT", "/configurations", directory.settings(self_registration=True), status=200)


def _push(scene: Scene, skopeo: Skopeo) -> None:
    """By the developer, as clients do; `latest` is moved from the first image to the second."""
    dora, admin, texts = scene.people["developer"], scene.people["sysadmin"], scene.texts
    skopeo.login(dora)
    base = [Step("FROM scratch"), Step("ADD rootfs.tar.xz /", 3 * MIB), Step(texts.environment)]
    first = contents.image(skopeo.folder / "1.0", [*base, Step(texts.step, 900 * KIB)], texts, tag="1.0")
    second = contents.image(
        skopeo.folder / "1.1", [*base, Step(texts.step, 2 * MIB), Step("COPY . /srv", 40 * KIB)], texts
    )
    broken = contents.image(skopeo.folder / "0.9", [*base, Step("RUN exit 1", 10 * KIB)], texts, tag="0.9")
    for layout, tags in ((broken, ("0.9",)), (first, ("1.0", "latest")), (second, ("1.1", "latest"))):
        for tag in tags:
            skopeo.copy(layout.for_skopeo, f"docker://{dora.reference('app', tag)}")
    contents.push_index(skopeo, dora, "tools/builder", texts)
    contents.push_chart(dora, "web", texts, "0.3.1")
    subject = contents.descriptor_of(dora, "app", "1.1", texts)
    for kind in (contents.SIGNATURE, contents.SBOM):
        contents.push_referrer(dora, "app", kind, b'{"name": "app"}', subject, texts)
    skopeo.copy(f"docker://{dora.reference('app', 'latest')}", f"dir:{skopeo.folder}/pulled")
    skopeo.login(admin)
    skopeo.copy(first.for_skopeo, f"docker://{admin.reference('hello', '1')}")
    skopeo.copy(first.for_skopeo, f"docker://{admin.host}/{LONG_NAME}:{LONG_TAG}")
    scene.values |= {
        "digest": str(subject["digest"]),
        "index_digest": str(contents.descriptor_of(dora, "tools/builder", "1", texts)["digest"]),
        "chart_digest": str(contents.descriptor_of(dora, "web", "0.3.1", texts)["digest"]),
        "first_digest": first.digest,
        "deleted_digest": broken.digest,
    }


def _furnish(scene: Scene) -> None:
    """What people make in the console: descriptions, labels, robots, tokens, groups, roles."""
    texts, values = scene.texts, scene.values
    project = scene.ask("admin", "GET", "/projects/team", status=200)["project_id"]
    artifact = f"/projects/team/repositories/app/artifacts/{values['digest']}"
    scene.ask("admin", "PUT", "/projects/team/repositories/app", {"description": texts.description}, status=200)
    label = {"name": texts.word, "description": texts.comment, "color": "#0f766e"}
    values["label_id"] = scene.ask("admin", "POST", "/labels", {**label, "scope": "p", "project_id": project})
    values["label_of_everybody_id"] = scene.ask("sysadmin", "POST", "/labels", {**label, "scope": "g"})
    scene.ask("admin", "POST", f"{artifact}/labels", {"id": int(values["label_id"])}, status=200)
    pull = {"resource": "repository", "action": "pull"}
    robot = {"duration": 30, "description": texts.comment}
    for who, level in (("sysadmin", "system"), ("admin", "project")):
        permissions = [{"kind": "project", "namespace": "team", "access": [pull]}]
        made = scene.ask(who, "POST", "/robots", {**robot, "name": "ci", "level": level, "permissions": permissions})
        values["robot_id" if level == "project" else "system_robot_id"] = str(made["id"])
    token = scene.ask("sysadmin", "POST", "/users/current/tokens", {"name": "laptop"})
    group = {"group_name": texts.comment, "group_type": 1, "ldap_group_dn": f"cn=devs,{slapd.GROUPS}"}
    role = {"name": "releaser", "description": texts.comment, "actions": ["repository:pull", "tag:create"]}
    values |= {
        "project_id": str(project),
        "token_id": str(token["id"]),
        "group_id": scene.ask("sysadmin", "POST", "/usergroups", group),
        "role_id": scene.ask("sysadmin", "POST", "/roles", role),
    }


def _leave_traces(scene: Scene) -> None:
    """What is left of what people did: somebody of the directory joined, something deleted or refused, a job ran."""
    lena = {"role_id": int(RoleId.DEVELOPER), "member_user": {"username": "lena"}}
    scene.ask("admin", "POST", "/projects/team/members", lena)
    scene.ask("maintainer", "DELETE", "/projects/team/repositories/app/artifacts/1.0/tags/1.0", status=200)
    scene.ask("maintainer", "DELETE", "/projects/team/repositories/app/artifacts/0.9", status=200)
    with scene.people["guest"].client() as client:
        refused = client.post("/v2/team/app/blobs/uploads/", headers={"User-Agent": scene.texts.client})
    said = re.search(r"\(why: ([a-z0-9]+)\)", refused.text)
    assert said, refused.text
    purge = {"audit_retention_hour": 24, "include_event_types": "pull_artifact", "dry_run": True}
    job = scene.ask(
        "sysadmin", "POST", "/system/purgeaudit/schedule", {"schedule": {"type": "Manual"}, "parameters": purge}
    )
    members = scene.ask("admin", "GET", "/projects/team/members?entityname=gus", status=200)
    scene.values |= {"refusal_id": said[1], "job_id": job, "member_id": str(members[0]["id"])}

"""Who may follow a job: from a page of ours, signed in, and allowed to see the job at every moment."""

import time

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from console.live import routing
from tests.console.live.scene import Scene, Watcher, closing_code
from tests.engines.registries import Registry, RoleId

SIGN_IN, NOT_YOURS = 4401, 4403
CANARY = "canary-of-alices-job"


def refused(scene: Scene, path: str, cookie: str, origin: str | None = "", **headers: str) -> int:
    """The status with which it is refused before there is a websocket."""
    with pytest.raises(InvalidStatus) as refusal:
        scene.open(path, cookie, origin, headers=headers)
    assert CANARY.encode() not in bytes(refusal.value.response.body or b"")
    return refusal.value.response.status_code


def heard(scene: Scene, path: str, cookie: str) -> tuple[int, str]:
    """The code with which a websocket is closed that is told nothing, and the reason."""
    socket = scene.open(path, cookie)
    code = closing_code(socket)
    assert socket.protocol.close_rcvd
    return code, socket.protocol.close_rcvd.reason


@pytest.fixture
def job(scene: Scene) -> int:
    made = scene.make_job()
    scene.write(made, CANARY)
    return made


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example:{port}",
        "http://evil.example/127.0.0.1:{port}",
        "http://evil.example#http://127.0.0.1:{port}",
        "http://127.0.0.1:{port}@evil.example",
        "http://[",
        "ws://127.0.0.1:{port}",
        "file://",
        "//127.0.0.1:{port}",
        "http://localhost:{port}",
        "x" * 10_000,
    ],
)
def test_a_page_of_another_site_is_refused_before_it_is_told_anything(scene: Scene, job: int, origin: str | None):
    given = origin.format(port=scene.server.port) if origin else None
    assert refused(scene, f"/ws/jobs/{job}", scene.sign_in(scene.alice), given) == 403


def test_two_origins_are_not_one_of_ours(scene: Scene, job: int):
    cookie = scene.sign_in(scene.alice)
    assert refused(scene, f"/ws/jobs/{job}", cookie, scene.origin, Origin="http://evil.example") == 403


def test_a_name_that_is_not_listed_is_refused(scene: Scene, job: int):
    assert (
        refused(scene, f"/ws/jobs/{job}", scene.sign_in(scene.alice), "http://evil.example", Host="evil.example") == 400
    )


def test_nobody_is_asked_to_sign_in(scene: Scene, job: int):
    assert heard(scene, f"/ws/jobs/{job}", "")[0] == SIGN_IN
    assert heard(scene, f"/ws/jobs/{job}", "sid=guessed")[0] == SIGN_IN


def test_a_session_in_the_address_is_none(scene: Scene, job: int):
    number = scene.sign_in(scene.alice).partition("sid=")[2].partition(";")[0]
    assert heard(scene, f"/ws/jobs/{job}?sid={number}&after=0", "")[0] == SIGN_IN
    lines = scene.server.log_lines("access", path=f"/ws/jobs/{job}")
    assert lines
    assert number not in scene.server.log.read_text()


def test_another_projects_member_hears_the_same_of_a_hidden_job_as_of_none(scene: Scene, job: int):
    cookie = scene.sign_in(scene.bob)
    assert heard(scene, f"/ws/jobs/{job}", cookie) == heard(scene, "/ws/jobs/999999999", cookie)
    assert heard(scene, f"/ws/jobs/{job}", cookie)[0] == NOT_YOURS


def test_a_developer_sees_no_job_that_another_asked_for(scene: Scene, job: int):
    assert heard(scene, f"/ws/jobs/{job}", scene.sign_in(scene.dave))[0] == NOT_YOURS


@pytest.mark.parametrize("name", ["admin", "alice", "carol"])
def test_who_asked_for_it_and_admins_of_its_project_and_of_all_see_a_job(scene: Scene, job: int, name: str):
    with scene.follow(job, getattr(scene, name)) as watcher:
        watcher.hear_line(CANARY)


@pytest.mark.parametrize("name", ["", "1.*", "1/", "0", "-1", "%D9%A1", "1%2F..", "1" * 200, "../executions/1"])
def test_what_is_no_job_has_no_websocket(scene: Scene, name: str):
    assert refused(scene, f"/ws/jobs/{name}", scene.sign_in(scene.admin)) == 403


def test_another_job_is_not_asked_for_in_a_message(scene: Scene, job: int):
    own = scene.make_job("bob", "bobs")
    with scene.follow(own, scene.bob) as watcher:
        watcher.socket.send(f'{{"job": {job}, "after": 0}}')
        watcher.socket.send(f'{{"type": "job.changed", "job": {job}}}')
        scene.write(job, CANARY)
        scene.write(own, "mine")
        watcher.hear_line("mine")
        scene.end(own)
        assert watcher.hear_all() == 1000
    assert [text for _, text in watcher.lines] == ["mine", "Done."]


def seconds_until_sent_away(watcher: Watcher, code: int) -> float:
    begun = time.monotonic()
    assert watcher.hear_all(30) == code
    return time.monotonic() - begun


def test_a_role_that_is_removed_ends_what_was_open(scene: Scene, job: int):
    erin = scene.admin.make_user("erin")
    scene.alice.within("alices").join(erin, RoleId.PROJECT_ADMIN)
    with scene.follow(job, erin) as watcher:
        watcher.hear_line(CANARY)
        remove_member(scene, "erin")
        assert seconds_until_sent_away(watcher, NOT_YOURS) < 15
        scene.write(job, "said later")
    assert "said later" not in [text for _, text in watcher.lines]


def test_who_asked_for_a_job_and_lost_the_project_sees_it_no_longer(scene: Scene):
    frank = scene.admin.make_user("frank")
    scene.alice.within("alices").join(frank, RoleId.DEVELOPER)
    job = scene.make_job("frank", "alices")
    with scene.follow(job, frank) as watcher:
        watcher.hear()
        remove_member(scene, "frank")
        assert seconds_until_sent_away(watcher, NOT_YOURS) < 15


def test_a_role_that_is_removed_ends_what_a_busy_job_tells(scene: Scene, job: int):
    """Lines that come all the time put the question off no longer than silence does."""
    grace = scene.admin.make_user("grace")
    scene.alice.within("alices").join(grace, RoleId.PROJECT_ADMIN)
    with scene.follow(job, grace) as watcher:
        watcher.hear_line(CANARY)
        remove_member(scene, "grace")
        removed_at = time.monotonic()

        def say_and_hear(_seconds: float) -> None:
            scene.write(job, said := str(time.time()))
            watcher.hear_line(said)

        assert closing_code(watcher.socket, say_and_hear) == NOT_YOURS
        assert time.monotonic() - removed_at < 15


def test_signing_out_ends_what_was_open(scene: Scene, job: int):
    cookie = scene.sign_in(scene.alice)
    with Watcher(scene.open(f"/ws/jobs/{job}", cookie)) as watcher:
        watcher.hear_line(CANARY)
        httpx.get(f"{scene.server.url}/c/log_out", headers={"Cookie": cookie})
        assert seconds_until_sent_away(watcher, SIGN_IN) < 15


def test_a_new_password_ends_what_was_open(scene: Scene):
    helen = scene.admin.make_user("helen")
    job = scene.make_job("helen", "")
    with scene.follow(job, helen) as watcher:
        watcher.hear()
        change_password(scene, helen)
        assert seconds_until_sent_away(watcher, SIGN_IN) < 15


def test_following_keeps_no_session_alive(scene: Scene, job: int):
    cookie = scene.sign_in(scene.alice)
    number = cookie.partition("sid=")[2].partition(";")[0]
    used = f"""
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore({number!r})
session["used_at"] -= 600
session.save()
answer = session["used_at"]
"""
    used_at = scene.backstage.run(used)
    with Watcher(scene.open(f"/ws/jobs/{job}", cookie)) as watcher:
        watcher.hear_line(CANARY)
    assert scene.backstage.run(used.replace("-= 600", "-= 0")) == used_at


def test_the_log_of_requests_tells_who_followed_what(scene: Scene, job: int):
    with scene.follow(job) as watcher:
        watcher.hear_line(CANARY)
    lines = scene.server.log_lines("access", path=f"/ws/jobs/{job}", status=101)
    assert [(line["principal"], line["client"]) for line in lines] == [("alice", "127.0.0.1")]
    assert lines[0]["bytes"] > 0


def test_there_is_no_websocket_that_these_tests_do_not_know():
    assert [str(route.pattern) for route in routing.application.routes] == [
        r"^ws/jobs/(?P<job_id>[1-9][0-9]{0,17})$",
        "",
    ]


def test_the_address_of_a_websocket_is_no_page(scene: Scene, job: int):
    assert httpx.get(f"{scene.server.url}/ws/jobs/{job}").status_code == 404


def remove_member(scene: Scene, name: str) -> None:
    with scene.admin.client() as client:
        found = client.get("/api/v2.0/projects/alices/members", params={"entityname": name}).json()
        assert client.delete(f"/api/v2.0/projects/alices/members/{found[0]['id']}").status_code == 200


def change_password(scene: Scene, who: Registry) -> None:
    with scene.admin.client() as client:
        found = client.get("/api/v2.0/users", params={"q": f"username={who.username}"}).json()
        changed = {"new_password": "Other-words-2"}
        assert client.put(f"/api/v2.0/users/{found[0]['user_id']}/password", json=changed).status_code == 200

"""The page of a job that copies five hundred artifacts stays open while a cable is pulled, a worker is killed and the
web process too: it shows every line once, and how it ended."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests import postgres
from tests import server as servers
from tests.browser import chromium
from tests.browser.people import sign_in
from tests.console.live.scene import Scene
from tests.engines import redis
from tests.engines.proxy import Proxy
from tests.registry.oci.backstage import Backstage
from tests.server import ROOT, children_of, command_line

COUNT = 500
SITE: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "tests.console.live.settings", "PYTHONPATH": str(ROOT)}
PATIENCE_SECONDS = 280.0

PUSHED = f"""
import json
from accounts.models import Project
from registry.models import Repository
from tests.factories.registry import image_of, push_blob, put
source = Repository.objects.create(project=Project.objects.get(name="alices"), name="alices/app")
image = json.loads(image_of(source, push_blob(source)))
for n in range({COUNT}):
    put(source, f"build-{{n}}", json.dumps(image | {{"annotations": {{"build": str(n)}}}}).encode())
"""
ASKED_FOR = """
from accounts.models import Project, User
from accounts.principals import of_user
from registry.content import artifacts, bulk
from registry.models import Repository
source = Repository.objects.get(name="alices/app")
alice = of_user(User.objects.get(username="alice"))
answer = bulk.copy_artifacts(artifacts.standing_in(source), Project.objects.get(name="mirror"), by=alice).pk
"""


@pytest.fixture(params=["sqlite", "postgresql and redis"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        environ = dict(SITE)
        if request.param != "sqlite":
            if not postgres.is_installed():
                pytest.skip("PostgreSQL is missing: apt-get install postgresql-15")
            environ["database_url"] = postgres.new_database(stack.enter_context(postgres.running()))
            environ["REDIS_URL"] = stack.enter_context(redis.running(tmp_path)).url
        server = servers.start(tmp_path / "site", ROADSTEAD_WEB_WORKERS="1", **environ)
        stack.callback(server.stop)
        backstage = Backstage(server)
        stack.callback(backstage.stop)
        yield Scene(server, backstage)


@pytest.fixture
def proxy(scene: Scene) -> Iterator[Proxy]:
    with Proxy(f"{scene.server.host}:{scene.server.port}") as started:
        yield started


@pytest.fixture
def page(browser: Browser, scene: Scene, proxy: Proxy) -> Iterator[Page]:
    """Alice's, over a wire that can be cut."""
    with chromium.open_context(browser, f"http://{proxy.host}") as context:
        opened = context.new_page()
        sign_in(opened, scene.alice)
        yield opened


@pytest.mark.timeout(600)
def test_every_line_is_shown_once_whatever_happens_meanwhile(scene: Scene, proxy: Proxy, page: Page):
    scene.alice.make_project("mirror")
    scene.backstage.run(PUSHED)
    job = int(scene.backstage.run(ASKED_FOR))
    page.goto(f"/jobs/{job}")
    until(lambda: shown(page) > 50)
    proxy.cut()
    until(lambda: shown(page) > 120)
    os.kill(worker_of(scene, job), signal.SIGKILL)
    until(lambda: shown(page) > 250)
    os.kill(web_process(scene), signal.SIGKILL)
    page.get_by_text("This is all of it.").wait_for(timeout=PATIENCE_SECONDS * 1000)

    page.locator("#progress").get_by_text("Succeeded").wait_for()
    assert f"{COUNT} of {COUNT}" in page.locator("#progress").inner_text()
    lines = page.locator("#log li").evaluate_all(
        "lines => lines.map(line => [Number(line.dataset.number), line.querySelector('.text').textContent])"
    )
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    copied = Counter(text for _, text in lines if text.endswith(" to mirror/app"))
    assert set(copied.values()) == {1}
    assert len(copied) == COUNT


def test_the_log_follows_its_end_unless_somebody_reads_above(scene: Scene, page: Page):
    job = scene.make_job()
    scene.write(job, *(f"line {n}" for n in range(200)))
    page.goto(f"/jobs/{job}")
    scene.write(job, "the newest line")
    page.get_by_text("the newest line").wait_for()
    assert distance_from_end(page) < 30
    page.locator("#log").evaluate("log => { log.scrollTop = 100 }")
    scene.write(job, "one that is not seen")
    page.get_by_text("one that is not seen").wait_for(state="attached")
    assert page.locator("#log").evaluate("log => log.scrollTop") == 100
    page.get_by_role("button", name="To the end").click()
    assert distance_from_end(page) < 30
    scene.end(job)
    page.get_by_text("This is all of it.").wait_for()
    page.locator("#progress").get_by_text("Succeeded").wait_for()


def test_lines_below_the_level_that_is_asked_for_stay_away(scene: Scene, page: Page):
    job = scene.make_job()
    page.goto(f"/jobs/{job}?level=warning")
    page.get_by_text("Lines come as they are written.").wait_for()
    scene.write(job, "of no interest")
    scene.end(job)
    page.get_by_text("This is all of it.").wait_for()
    assert page.locator("#log li").count() == 0
    assert "Nothing was said yet." in page.locator("#log ol").evaluate(
        "list => getComputedStyle(list, '::before').content"
    )


def test_who_may_see_it_no_more_is_told_so_and_asks_no_more(scene: Scene, page: Page):
    job = scene.make_job("alice", "")
    page.goto(f"/jobs/{job}")
    page.get_by_text("Lines come as they are written.").wait_for()
    scene.backstage.run(f"from registry.models import Job; Job.objects.filter(pk={job}).update(principal='system')")
    page.get_by_text("not yours to see any more").wait_for(timeout=20_000)


def test_what_a_log_says_is_text(scene: Scene, page: Page):
    job = scene.make_job()
    page.goto(f"/jobs/{job}")
    scene.write(job, "<img src=x onerror=alert(1)> {{7*7}} \x1b[31mred")
    page.get_by_text("<img src=x onerror=alert(1)> {{7*7}} \\x1b[31mred").wait_for()
    assert page.locator("#log img").count() == 0


def shown(page: Page) -> int:
    return page.locator("#log li").count()


def distance_from_end(page: Page) -> float:
    return float(page.locator("#log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight"))


def worker_of(scene: Scene, job: int) -> int:
    worker = scene.backstage.run(f"from registry.models import Job; answer = Job.objects.get(pk={job}).worker")
    return int(worker.split(":")[1])


def web_process(scene: Scene) -> int:
    (web,) = [pid for pid in children_of(scene.server.process.pid) if "processes.web" in command_line(pid)]
    return web


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)

"""A page that follows a job is told every line once, in order, in time, and how it ended."""

import statistics
from pathlib import Path

import pytest

from tests.console.live.scene import Scene, Watcher
from tests.engines.proxy import Proxy
from tests.engines.redis import Redis

MADE_AND_RUN = """
from accounts.models import User
from accounts.principals import of_user
from registry.jobs import enqueue
by = of_user(User.objects.get(username="alice"))
answer = enqueue.add("test copy", {{"folder": {folder!r}, "count": {count}}}, by=by).pk
"""


def test_all_lines_come_in_order_and_then_the_result(scene: Scene):
    job = scene.make_job()
    scene.write(job, "one", "two")
    with scene.follow(job) as watcher:
        watcher.hear_line("two")
        scene.write(job, "three", done=3, total=3)
        scene.end(job)
        assert watcher.hear_all() == 1000
    assert watcher.lines == [(1, "one"), (2, "two"), (3, "three"), (4, "Done.")]
    assert (watcher.job["state"], watcher.job["done"], watcher.job["total"]) == ("succeeded", 3, 3)


def test_a_job_that_failed_tells_why(scene: Scene):
    job = scene.make_job()
    scene.end(job, "failed", "ValueError: the disk is full")
    with scene.follow(job) as watcher:
        assert watcher.hear_all() == 1000
    assert (watcher.job["state"], watcher.job["error"]) == ("failed", "ValueError: the disk is full")


def test_a_job_that_a_worker_does_is_followed_to_its_end(scene: Scene, tmp_path: Path):
    job = int(scene.backstage.run(MADE_AND_RUN.format(folder=str(tmp_path), count=50)))
    with scene.follow(job) as watcher:
        assert watcher.hear_all(60) == 1000
    assert [text for _, text in watcher.lines if text.startswith("item")] == [f"item {n}" for n in range(50)]
    assert [number for number, _ in watcher.lines] == list(range(1, len(watcher.lines) + 1))


def test_progress_is_told_without_a_line(scene: Scene):
    job = scene.make_job()
    with scene.follow(job) as watcher:
        watcher.hear()
        scene.write(job, done=7, total=9)
        while watcher.job["done"] != 7:
            watcher.hear(5)
    assert watcher.job["total"] == 9


def test_a_long_log_comes_whole(scene: Scene):
    job = scene.make_job()
    for start in range(0, 3000, 1000):
        scene.write(job, *(f"line {n}" for n in range(start, start + 1000)))
    scene.write(job, *("x" * 8000 for _ in range(50)))
    scene.end(job)
    with scene.follow(job) as watcher:
        assert watcher.hear_all() == 1000
    assert [number for number, _ in watcher.lines] == list(range(1, 3052))


def test_whoever_comes_back_is_told_what_follows(scene: Scene):
    job = scene.make_job()
    scene.write(job, "one", "two", "three")
    with scene.follow(job, after=2) as watcher:
        watcher.hear_line("three")
    assert watcher.lines == [(3, "three")]


@pytest.mark.parametrize("after", ["-1", "x", "", "1e9", "9" * 30, "1;2"])
def test_what_is_no_number_is_taken_for_the_beginning(scene: Scene, after: str):
    job = scene.make_job()
    scene.write(job, "one")
    with Watcher(scene.open(f"/ws/jobs/{job}?after={after}", scene.sign_in(scene.alice))) as watcher:
        watcher.hear_line("one")


def test_every_line_comes_once_over_connections_that_are_lost(scene: Scene):
    job = scene.make_job()
    cookie = scene.sign_in(scene.alice)
    told: list[tuple[int, str]] = []
    with Proxy(f"127.0.0.1:{scene.server.port}") as proxy:
        for turn in range(5):
            address = f"ws://{proxy.host}/ws/jobs/{job}?after={told[-1][0] if told else 0}"
            with Watcher(scene.open("", cookie, f"http://{proxy.host}", url=address)) as watcher:
                scene.write(job, *(f"line {turn}.{n}" for n in range(20)))
                watcher.hear_line(f"line {turn}.19")
                proxy.cut()
                scene.write(job, "said to nobody")
                assert watcher.hear_all() == 1006
                told += watcher.lines
    assert [number for number, _ in told] == list(range(1, 105))


def test_lines_come_within_a_second_without_redis(scene: Scene):
    assert max(delays(scene, 20)) < 1


def test_lines_come_within_50_milliseconds_with_redis(scene_with_redis: Scene):
    assert statistics.median(delays(scene_with_redis, 20)) < 0.05


def test_lines_come_within_a_second_while_redis_is_away(scene_with_redis: Scene, redis: Redis):
    scene = scene_with_redis
    job = scene.make_job()
    with scene.follow(job) as watcher:
        redis.stop()
        try:
            written_at = scene.write(job, "Redis is away")
            assert watcher.hear_line("Redis is away") - written_at < 2
        finally:
            redis.start_again()
    assert statistics.median(delays(scene, 20)) < 0.5


def delays(scene: Scene, count: int) -> list[float]:
    """How many seconds lines take from their commit to the page."""
    job = scene.make_job()
    with scene.follow(job) as watcher:
        watcher.hear()
        return [told_after(scene, watcher, job, f"line {n}") for n in range(count)]


def told_after(scene: Scene, watcher: Watcher, job: int, text: str) -> float:
    written_at = scene.write(job, text)
    return watcher.hear_line(text) - written_at

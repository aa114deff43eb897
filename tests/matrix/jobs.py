"""Jobs: of the project, and one that is nobody's in it."""

from accounts.audit_log.searching import Wish
from accounts.principals import SYSTEM
from console import exports
from registry.jobs import enqueue, run
from tests.matrix.world import Ask, Asking, World, at, with_json

PATH = "/api/v2.0/jobs"
TABLE = """
                          |     | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /jobs                 | any | 401 401 200 200 200 200 200 200 200 401 200 200 200
POST /jobs                | any | 401 401 403 403 403 403 403 403 201 401 403 403 403
GET /jobs/<>              | any | 401 401 404 404 404 404 404 200 200 401 200 404 200
GET /jobs/<> the system's | any | 401 401 404 404 404 404 404 404 200 401 404 404 200
PUT /jobs/<>              | any | 401 401 404 404 404 404 404 403 200 401 403 404 403
GET /jobs/<>/log          | any | 401 401 404 404 404 404 404 200 200 401 200 404 200
GET /jobs/<>/result       | any | 401 401 404 404 404 404 404 200 200 401 200 404 200
"""


def _job(world: World) -> str:
    return f"{PATH}/{enqueue.add('recount', by=SYSTEM, project_id=world.project.pk).pk}"


def _exported(world: World) -> Ask:
    job = exports.start(Wish(), project=world.project, by=SYSTEM)
    run.run(job.pk)
    return Ask(f"{PATH}/{job.pk}/result")


ASKS: dict[str, Asking] = {
    "GET /jobs": at(PATH),
    "POST /jobs": lambda _world: with_json(PATH, kind="recount"),
    "GET /jobs/<>": lambda world: Ask(_job(world)),
    "GET /jobs/<> the system's": lambda _world: Ask(f"{PATH}/{enqueue.add('recount', by=SYSTEM).pk}"),
    "PUT /jobs/<>": lambda world: with_json(_job(world), action="stop"),
    "GET /jobs/<>/result": _exported,
    "GET /jobs/<>/log": lambda world: Ask(f"{_job(world)}/log"),
}

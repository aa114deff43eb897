"""Labels, and putting them on artifacts."""

from registry.content import labels
from registry.models import Label
from tests.factories.accounts import make_sysadmin
from tests.matrix.world import Ask, Asking, World, at, with_json

ARTIFACT_LABELS = "/projects/<>/repositories/<>/artifacts/<>/labels"
TABLE = """
                                                                |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /labels of everybody                                        | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /labels of a project                                        | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /labels of a project                                        | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST /labels of everybody                                       | any     | 401 401 403 403 403 403 403 403 201 401 403 403 403
POST /labels of a project                                       | private | 401 401 403 403 403 403 201 201 201 401 201 403 403
POST /labels of a project                                       | public  | 401 401 403 403 403 403 201 201 201 401 201 403 403
GET /labels/<> of everybody                                     | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /labels/<> of a project                                     | private | 401 401 403 403 200 200 200 200 200 401 200 403 200
GET /labels/<> of a project                                     | public  | 401 401 200 200 200 200 200 200 200 401 200 200 200
PUT /labels/<> of everybody                                     | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
PUT /labels/<> of a project                                     | private | 401 401 403 403 403 403 200 200 200 401 200 403 403
PUT /labels/<> of a project                                     | public  | 401 401 403 403 403 403 200 200 200 401 200 403 403
DELETE /labels/<> of everybody                                  | any     | 401 401 403 403 403 403 403 403 200 401 403 403 403
DELETE /labels/<> of a project                                  | private | 401 401 403 403 403 403 200 200 200 401 200 403 403
DELETE /labels/<> of a project                                  | public  | 401 401 403 403 403 403 200 200 200 401 200 403 403
POST /projects/<>/repositories/<>/artifacts/<>/labels           | private | 401 401 403 403 403 200 200 200 200 401 200 403 403
POST /projects/<>/repositories/<>/artifacts/<>/labels           | public  | 401 401 403 403 403 200 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>/artifacts/<>/labels/<>      | private | 401 401 403 403 403 200 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>/artifacts/<>/labels/<>      | public  | 401 401 403 403 403 200 200 200 200 401 200 403 403
"""


def _label(world: World, *, of_everybody: bool = False) -> Label:
    """A label that nobody has seen yet."""
    name = f"label{Label.objects.count()}"
    return labels.create(name, project=None if of_everybody else world.project, by=make_sysadmin())


def _made(world: World, scope: str) -> Ask:
    return with_json("/api/v2.0/labels", name="urgent", color="#fff", scope=scope, project_id=world.project.pk)


def _at_label(world: World, *, of_everybody: bool = False) -> Ask:
    return with_json(f"/api/v2.0/labels/{_label(world, of_everybody=of_everybody).pk}", name="renamed")


def _put_on(world: World) -> Ask:
    return with_json(f"{world.artifact_path}/labels", id=_label(world).pk)


def _taken_off(world: World) -> Ask:
    label = _label(world)
    labels.attach(world.artifact, label.pk, by=make_sysadmin())
    return Ask(f"{world.artifact_path}/labels/{label.pk}")


ASKS: dict[str, Asking] = {
    "GET /labels of everybody": at("/api/v2.0/labels?scope=g"),
    "GET /labels of a project": lambda world: Ask(f"/api/v2.0/labels?scope=p&project_id={world.project.pk}"),
    "POST /labels of everybody": lambda world: _made(world, "g"),
    "POST /labels of a project": lambda world: _made(world, "p"),
    "GET /labels/<> of everybody": lambda world: _at_label(world, of_everybody=True),
    "GET /labels/<> of a project": _at_label,
    "PUT /labels/<> of everybody": lambda world: _at_label(world, of_everybody=True),
    "PUT /labels/<> of a project": _at_label,
    "DELETE /labels/<> of everybody": lambda world: _at_label(world, of_everybody=True),
    "DELETE /labels/<> of a project": _at_label,
    f"POST {ARTIFACT_LABELS}": _put_on,
    f"DELETE {ARTIFACT_LABELS}/<>": _taken_off,
}

"""Tags on the API."""

from tests.matrix.world import Ask, Asking, World, with_json

TABLE = """
                                                              |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/repositories/<>/artifacts/<>/tags            | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/artifacts/<>/tags            | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST /projects/<>/repositories/<>/artifacts/<>/tags           | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST /projects/<>/repositories/<>/artifacts/<>/tags           | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
DELETE /projects/<>/repositories/<>/artifacts/<>/tags/<>      | private | 401 401 403 403 403 403 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>/artifacts/<>/tags/<>      | public  | 401 401 403 403 403 403 200 200 200 401 200 403 403
"""


def _new_tag(world: World) -> Ask:
    return with_json(f"{world.artifact_path}/tags", name="stable")


ASKS: dict[str, Asking] = {
    "GET /projects/<>/repositories/<>/artifacts/<>/tags": lambda world: Ask(f"{world.artifact_path}/tags"),
    "POST /projects/<>/repositories/<>/artifacts/<>/tags": _new_tag,
    "DELETE /projects/<>/repositories/<>/artifacts/<>/tags/<>": lambda world: Ask(f"{world.artifact_path}/tags/latest"),
}

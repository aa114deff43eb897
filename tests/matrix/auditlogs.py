"""The audit log."""

from tests.matrix.world import Ask, Asking, World, at

TABLE = """
                                 |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /audit-logs                  | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /auditlog-exts               | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /auditlog-exts/events        | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/logs            | private | 401 401 403 403 403 403 403 200 200 401 200 403 200
GET /projects/<>/logs            | public  | 401 401 403 403 403 403 403 200 200 401 200 403 200
GET /projects/<>/auditlog-exts   | private | 401 401 403 403 403 403 403 200 200 401 200 403 200
GET /projects/<>/auditlog-exts   | public  | 401 401 403 403 403 403 403 200 200 401 200 403 200
"""


def _of_project(path: str) -> Asking:
    def ask(world: World) -> Ask:
        return Ask(f"/api/v2.0/projects/{world.project.name}/{path}")

    return ask


ASKS: dict[str, Asking] = {
    "GET /audit-logs": at("/api/v2.0/audit-logs"),
    "GET /auditlog-exts": at("/api/v2.0/auditlog-exts"),
    "GET /auditlog-exts/events": at("/api/v2.0/auditlog-exts/events"),
    "GET /projects/<>/logs": _of_project("logs"),
    "GET /projects/<>/auditlog-exts": _of_project("auditlog-exts"),
}

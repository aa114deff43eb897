"""Who gets what from every address and method of /v2, of the token service and of /api.

One line: the method and the route, a remark where the same is asked in several ways; whether the project is
private or public (`any` where there is none in it); and the status for each of the principals below."""

from dataclasses import dataclass

PRINCIPALS = (
    "nobody",  # sends no credentials
    "bearer",  # sends a token that was given to nobody
    "other",  # project admin of another project
    "limited",
    "guest",
    "developer",
    "maintainer",
    "admin",
    "sysadmin",  # a member of nothing
    "disabled",  # a project admin until a moment ago
)

TABLE = """
                             |         | nobody bearer other limited guest developer maintainer admin sysadmin disabled
GET base                     | any     |  401    200    200    200    200     200       200      200    200      401
GET catalog                  | any     |  401    200    200    200    200     200       200      200    200      401
GET manifest by tag          | private |  401    401    403    200    200     200       200      200    200      401
GET manifest by tag          | public  |  401    200    200    200    200     200       200      200    200      401
GET manifest by digest       | private |  401    401    403    200    200     200       200      200    200      401
GET manifest by digest       | public  |  401    200    200    200    200     200       200      200    200      401
PUT manifest by tag          | private |  401    401    403    403    403     201       201      201    201      401
PUT manifest by tag          | public  |  401    401    403    403    403     201       201      201    201      401
PUT manifest by digest       | private |  401    401    403    403    403     201       201      201    201      401
PUT manifest by digest       | public  |  401    401    403    403    403     201       201      201    201      401
DELETE manifest by tag       | private |  401    401    403    403    403     403       202      202    202      401
DELETE manifest by tag       | public  |  401    401    403    403    403     403       202      202    202      401
DELETE manifest by digest    | private |  401    401    403    403    403     403       202      202    202      401
DELETE manifest by digest    | public  |  401    401    403    403    403     403       202      202    202      401
GET blob                     | private |  401    401    403    200    200     200       200      200    200      401
GET blob                     | public  |  401    200    200    200    200     200       200      200    200      401
DELETE blob                  | private |  401    401    403    403    403     403       202      202    202      401
DELETE blob                  | public  |  401    401    403    403    403     403       202      202    202      401
POST uploads in pieces       | private |  401    401    403    403    403     202       202      202    202      401
POST uploads in pieces       | public  |  401    401    403    403    403     202       202      202    202      401
POST uploads whole           | private |  401    401    403    403    403     201       201      201    201      401
POST uploads whole           | public  |  401    401    403    403    403     201       201      201    201      401
POST uploads mounted         | private |  401    401    403    403    403     201       201      201    201      401
POST uploads mounted         | public  |  401    401    403    403    403     201       201      201    201      401
GET upload                   | private |  401    401    403    403    403     204       204      204    204      401
GET upload                   | public  |  401    401    403    403    403     204       204      204    204      401
PATCH upload                 | private |  401    401    403    403    403     202       202      202    202      401
PATCH upload                 | public  |  401    401    403    403    403     202       202      202    202      401
PUT upload                   | private |  401    401    403    403    403     201       201      201    201      401
PUT upload                   | public  |  401    401    403    403    403     201       201      201    201      401
DELETE upload                | private |  401    401    403    403    403     204       204      204    204      401
DELETE upload                | public  |  401    401    403    403    403     204       204      204    204      401
GET tags                     | private |  401    401    403    200    200     200       200      200    200      401
GET tags                     | public  |  401    200    200    200    200     200       200      200    200      401
GET referrers                | private |  401    401    403    200    200     200       200      200    200      401
GET referrers                | public  |  401    200    200    200    200     200       200      200    200      401
GET token with a scope       | any     |  200    200    200    200    200     200       200      200    200      200
GET token without            | any     |  401    401    200    200    200     200       200      200    200      401
GET jwks                     | any     |  200    200    200    200    200     200       200      200    200      200

GET api/version              | any     |  200    200    200    200    200     200       200      200    200      200
GET api/v2.0/ping            | any     |  200    200    200    200    200     200       200      200    200      200
GET api/v2.0/health          | any     |  200    200    200    200    200     200       200      200    200      200
GET api/v2.0/systeminfo      | any     |  200    401    200    200    200     200       200      200    200      401
GET api/v2.0/projects        | any     |  200    401    200    200    200     200       200      200    200      401
HEAD api/v2.0/projects       | private |  401    401    403    200    200     200       200      200    200      401
HEAD api/v2.0/projects       | public  |  200    401    200    200    200     200       200      200    200      401
POST api/v2.0/projects       | any     |  401    401    201    201    201     201       201      201    201      401
GET api/v2.0/projects/<>     | private |  401    401    403    200    200     200       200      200    200      401
GET api/v2.0/projects/<>     | public  |  200    401    200    200    200     200       200      200    200      401
DELETE api/v2.0/projects/<>  | private |  401    401    403    403    403     403       403      200    200      401
DELETE api/v2.0/projects/<>  | public  |  401    401    403    403    403     403       403      200    200      401
POST api/v2.0/projects/<>/members | private | 401 401   403    403    403     403       403      201    201      401
POST api/v2.0/projects/<>/members | public  | 401 401   403    403    403     403       403      201    201      401
POST api/v2.0/users          | any     |  401    401    403    403    403     403       403      403    201      401
"""


@dataclass(frozen=True)
class Row:
    """One line. HEAD is asked wherever GET is, and must get the same status, save where it has a line of its own."""

    method: str
    route: str
    remark: str
    visibility: str
    statuses: dict[str, int]

    @property
    def ask(self) -> str:
        return f"{self.method} {self.route} {self.remark}".strip()

    def __str__(self) -> str:
        return f"{self.ask}, {self.visibility}"


def rows() -> list[Row]:
    lines = (line.split("|") for line in TABLE.splitlines()[2:] if line)
    return [_row(ask.split(maxsplit=2), visibility.strip(), statuses.split()) for ask, visibility, statuses in lines]


def _row(ask: list[str], visibility: str, statuses: list[str]) -> Row:
    method, route, remark = (*ask, "")[:3]
    return Row(method, route, remark, visibility, dict(zip(PRINCIPALS, map(int, statuses), strict=True)))

"""Why something was refused to a guest of the project."""

from accounts import refusals
from accounts.exceptions import NotAllowed
from accounts.models import BuiltIn
from tests.factories.accounts import member_of
from tests.matrix.world import Ask, Asking, World

TABLE = """
                 |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /refusals/<> | private | 401 401 404 404 404 404 404 200 200 401 200 404 200
GET /refusals/<> | public  | 401 401 404 404 404 404 404 200 200 401 200 404 200
"""


def _refusal(world: World) -> Ask:
    error = NotAllowed("no", action="repository:push", project_id=world.project.pk)
    number = refusals.keep(error, by=member_of(world.project, BuiltIn.GUEST), resource="")
    return Ask(f"/api/v2.0/refusals/{number}")


ASKS: dict[str, Asking] = {"GET /refusals/<>": _refusal}

"""Explanations: about oneself, and about somebody else."""

from tests.factories.accounts import make_user
from tests.matrix.world import Ask, Asking, World

TABLE = """
                        |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /explain oneself    | private | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /explain oneself    | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /explain another    | private | 401 401 403 403 403 403 403 200 200 401 200 403 200
GET /explain another    | public  | 401 401 403 403 403 403 403 200 200 401 200 403 200
"""


def _about(world: World, more: str = "") -> Ask:
    asked = f"action=repository:push&repository={world.project.name}/app"
    return Ask(f"/api/v2.0/explain?{asked}{more}")


ASKS: dict[str, Asking] = {
    "GET /explain oneself": _about,
    "GET /explain another": lambda world: _about(world, f"&user={make_user().username}"),
}

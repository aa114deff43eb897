"""Personal access tokens: making, listing and revoking them, and who shows one."""

from accounts.models import AccessToken
from accounts.principals import Principal, of_access_token

PREFIX = "rsp_"


def principal(number: int) -> Principal | None:
    """The user behind the token of this number, narrowed to it, while both are good for anything."""
    token = AccessToken.objects.filter(pk=number, user__is_active=True).select_related("user").first()
    return of_access_token(token) if token else None

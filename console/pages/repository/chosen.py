"""The artifacts that a page was opened for: one by its address, or several that a list sent."""

from django.utils.translation import gettext as _

from accounts.exceptions import Invalid
from console.pages.base import PageRequest
from console.pages.listing import SIZE
from console.pages.repository.head import Head
from registry.content import artifacts, digests
from registry.models import Artifact

CONFIRMED = "confirmed"


def of(request: PageRequest, head: Head, digest: str = "") -> list[Artifact]:
    """Those of this repository alone, whatever else the request names."""
    if digest:
        return [artifacts.find(head.project, head.name, digest)]
    given = request.POST if request.method == "POST" else request.GET
    named = [each for each in given.getlist("artifact")[:SIZE] if digests.is_digest(each)]
    rows = artifacts.standing_in(head.repository, with_parts=True).filter(digest__in=named)
    found = list(artifacts.told(rows).order_by("-pushed_at", "-pk"))
    if not found:
        raise Invalid(_("choose at least one artifact first"))
    return found


def is_confirmed(request: PageRequest) -> bool:
    return request.method == "POST" and CONFIRMED in request.POST

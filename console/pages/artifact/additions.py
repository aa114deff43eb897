"""What an artifact brings along for reading: a chart's README, values and dependencies, a model's licence and files."""

import json
from typing import Any

from django.http import HttpResponse

from console import foreign, markdown
from console.pages.artifact import head as heads
from console.pages.artifact.head import ADDITIONS
from console.pages.base import PageRequest, public_page, render
from registry.content import additions
from registry.content.additions import Addition
from registry.exceptions import AdditionUnknown, ArchiveRefused

MOST_LINES = 1000


@public_page
def show(request: PageRequest, name: str, digest: str, addition: str) -> HttpResponse:
    if addition not in ADDITIONS:
        raise AdditionUnknown("no artifact has an addition of this name")
    head = heads.admit(request, f"additions/{addition}", name, digest)
    told = {"head": head, "title": ADDITIONS[addition]}
    try:
        found = additions.read(head.artifact, addition)
    except (AdditionUnknown, ArchiveRefused) as refusal:
        return render(request, "artifact/addition.html", told | {"lacks": str(refusal)})
    return render(request, "artifact/addition.html", told | _shown(found))


def _shown(addition: Addition) -> dict[str, Any]:
    """Markdown as it is meant, lists as tables, all else as text."""
    if addition.content_type == additions.JSON:
        lines = json.loads(addition.content)[:MOST_LINES]
        return {"is_list": True, "lines": lines, "is_sized": any("size" in line for line in lines)}
    if addition.content_type == additions.MARKDOWN:
        return {"html": markdown.render(addition.content.decode("utf-8", "replace"), below=1)}
    text, is_whole = foreign.document(addition.content)
    return {"text": text, "is_whole": is_whole}

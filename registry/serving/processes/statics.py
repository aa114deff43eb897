"""What pages load, made ready to be served: named by content, so that browsers keep it for ever, and compressed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MADE_OF = ".made-of"
# What libraries bring and no page of ours loads.
UNUSED = (
    "rest_framework",
    "redoc",
    "*.js.map",
    "swagger-ui-standalone*",
    "swagger-ui-es*",
    "htmx-4*",
    "htmax-4*",
    "ext",
)


def gather() -> None:
    """Write the files anew where any of their sources has changed, as after an upgrade. What an older version
    served stays beside them: pages that are open go on finding it."""
    wanted = _fingerprint()
    made_of = settings.STATIC_ROOT / MADE_OF
    if made_of.is_file() and made_of.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=list(UNUSED))
    made_of.write_text(wanted)


def _fingerprint() -> str:
    return hashlib.sha256(json.dumps(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[tuple[str, int, int]]:
    for finder in get_finders():
        for path, storage in finder.list(list(UNUSED)):
            stat = Path(storage.path(path)).stat()
            yield path, stat.st_size, stat.st_mtime_ns

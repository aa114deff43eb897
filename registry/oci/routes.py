"""The one parser of /v2 paths. The upload sink, the fast lane and Django's URLs all use this table:
two parsers that disagree would be a hole in the authorisation.

A repository may be called x/manifests/y, so names match greedily and the last keyword counts. Names and
references come out as they were sent; content/ judges whether they are valid."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """What a path asks for. `reference` is a tag, a digest or an upload's id, by kind."""

    kind: str
    name: str = ""
    reference: str = ""


# Clients that encode a name as one path segment arrive here with the slash still encoded.
SLASH = re.compile("%2f", re.IGNORECASE)

TABLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"^/{pattern}$", re.DOTALL))
    for kind, pattern in (
        ("base", r"v2/?"),
        ("catalog", r"v2/_catalog"),
        ("manifest", r"v2/(?P<name>.+)/manifests/(?P<reference>[^/]*)"),
        ("upload", r"v2/(?P<name>.+)/blobs/uploads/(?P<reference>[^/]+)"),
        ("uploads", r"v2/(?P<name>.+)/blobs/uploads/?"),
        ("blob", r"v2/(?P<name>.+)/blobs/(?P<reference>[^/]*)"),
        ("tags", r"v2/(?P<name>.+)/tags/list"),
        ("referrers", r"v2/(?P<name>.+)/referrers/(?P<reference>[^/]*)"),
        ("token", r"service/token"),
        ("jwks", r"service/token/jwks"),
    )
)
# The longest path that can name anything: beyond it no pattern is tried.
LONGEST_PATH = 1024


def match(path: str) -> Route | None:
    """The route of a path as the server decoded it, or None where the path is none of ours."""
    if len(path) > LONGEST_PATH or not path.startswith(("/v2", "/service/token")):
        return None
    if "%" in path:
        path = SLASH.sub("/", path)
    for kind, pattern in TABLE:
        if found := pattern.match(path):
            return Route(kind, **found.groupdict())
    return None

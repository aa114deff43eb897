"""The headers of the two replies that the fast lane gives too: both doors must say the same."""

from functools import lru_cache

from registry.oci.ranges import Part

Headers = list[tuple[bytes, bytes]]

COMMON: Headers = [
    (b"docker-distribution-api-version", b"registry/2.0"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-store"),
]
MANIFEST_METHODS = (b"allow", b"GET, HEAD, PUT, DELETE")
BLOB_METHODS = (b"allow", b"GET, HEAD, DELETE")


def of_manifest(digest: str, media_type: str, size: int) -> Headers:
    return [
        (b"content-type", media_type.encode("latin-1")),
        *_names(digest),
        *COMMON,
        (b"content-length", b"%d" % size),
        MANIFEST_METHODS,
    ]


def of_blob(digest: str, part: Part, *, is_partial: bool) -> Headers:
    said = [
        (b"content-type", b"application/octet-stream"),
        (b"content-length", b"%d" % part.count),
        (b"accept-ranges", b"bytes"),
    ]
    if is_partial:
        said.append((b"content-range", part.header.encode()))
    return [*said, *_names(digest), *COMMON, BLOB_METHODS]


@lru_cache(maxsize=1024)
def _names(digest: str) -> tuple[tuple[bytes, bytes], ...]:
    plain = digest.encode()
    return (b"etag", b'"%b"' % plain), (b"docker-content-digest", plain)

"""Reading a manifest: from the bytes that were pushed to what they mean. Parsed once; everybody else takes a Document.

Sources: OCI image-spec 1.1 (manifest.md, image-index.md, descriptor.md), Docker image manifest v2 schema 2."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from registry.content import digests, media_types
from registry.exceptions import BodyTooLarge, ManifestInvalid, MediaTypeUnsupported

LARGEST = 4 << 20
DEEPEST = 64
LONGEST_TYPE = 255
# The keys that have a meaning. Clients written in Go take each in any case.
KEYS = ("schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations")
DESCRIPTOR_KEYS = ("mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType")


@dataclass(frozen=True)
class Descriptor:
    """A pointer to content: media type, digest and size in bytes."""

    media_type: str
    digest: str
    size: int
    urls: tuple[str, ...] = ()
    platform: dict[str, Any] = field(default_factory=dict)

    @property
    def is_elsewhere(self) -> bool:
        """A foreign layer, whose bytes a registry need not hold."""
        return bool(self.urls) and self.media_type in media_types.FOREIGN_LAYERS


@dataclass(frozen=True)
class Document:
    """A manifest or an index, read. `body` is what was pushed, byte for byte."""

    body: bytes
    digest: str
    media_type: str
    config: Descriptor | None
    layers: tuple[Descriptor, ...]
    children: tuple[Descriptor, ...]
    subject: Descriptor | None
    artifact_type: str
    annotations: dict[str, str]

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        return (*((self.config,) if self.config else ()), *self.layers)


def parse(body: bytes, content_type: str, algorithm: str = "sha256") -> Document:
    """Read a manifest that was sent under `content_type` ("" where none was said).
    Refuses what is too large, not JSON, of an unknown type, or could be read as two things."""
    if len(body) > LARGEST:
        raise BodyTooLarge(f"a manifest has at most {LARGEST} bytes")
    fields = _fields(body)
    media_type = _media_type(fields, content_type.partition(";")[0].strip())
    if fields.get("schemaVersion") != 2:
        raise ManifestInvalid("schemaVersion must be 2")
    is_index = media_type in media_types.INDEXES
    if is_index and ("layers" in fields or "config" in fields):
        raise ManifestInvalid("an index has manifests, and neither config nor layers")
    if not is_index and "manifests" in fields:
        raise ManifestInvalid("an image manifest has config and layers, and no manifests")
    config = None if is_index else _descriptor(fields.get("config"), "config")
    return Document(
        body=body,
        digest=digests.of(body, algorithm),
        media_type=media_type,
        config=config,
        layers=() if is_index else _descriptors(fields, "layers"),
        children=_descriptors(fields, "manifests") if is_index else (),
        subject=_descriptor(fields["subject"], "subject") if fields.get("subject") is not None else None,
        artifact_type=_type(fields.get("artifactType", ""), "artifactType") or (config.media_type if config else ""),
        annotations=_annotations(fields),
    )


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise ManifestInvalid("the manifest is not UTF-8") from None
    except RecursionError:
        raise ManifestInvalid(f"the manifest is nested deeper than {DEEPEST} levels") from None
    except ValueError as error:
        raise ManifestInvalid(f"the manifest is not JSON: {str(error)[:200]}") from None
    if not isinstance(fields, dict):
        raise ManifestInvalid("the manifest is not a JSON object")
    _require_shallow(fields)
    _require_exact(fields, KEYS)
    return fields


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ManifestInvalid("a key is given twice in one object: readers could disagree about which counts")
    return fields


def _require_exact(given: dict[str, Any], keys: tuple[str, ...]) -> None:
    """No key with a meaning may come in another case: many clients would read it, and we would not."""
    others = [key for key in given if key not in keys]
    if others and not (folded := {key.casefold() for key in keys}).isdisjoint(map(str.casefold, others)):
        odd = next(key for key in others if key.casefold() in folded)
        raise ManifestInvalid(
            f"some clients would read {odd[:30]!r} as a key with a meaning: write that in its own case"
        )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _require_shallow(fields: dict[str, Any]) -> None:
    level: list[Any] = [fields]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ManifestInvalid(f"the manifest is nested deeper than {DEEPEST} levels")


def _media_type(fields: dict[str, Any], sent: str) -> str:
    named = _type(fields.get("mediaType", ""), "mediaType")
    if named and sent and named != sent:
        raise ManifestInvalid(f"the manifest calls itself {named}, but was sent as {sent}")
    media_type = named or sent
    if media_type in media_types.DOCKER_SCHEMA_1 or fields.get("schemaVersion") == 1:
        raise MediaTypeUnsupported("schema 1 manifests are no longer taken; push with a newer client")
    if media_type not in media_types.MANIFESTS:
        raise MediaTypeUnsupported(f"{media_type or 'no media type'} is not a manifest that this registry takes")
    return media_type


def _descriptors(fields: dict[str, Any], name: str) -> tuple[Descriptor, ...]:
    listed = fields.get(name)
    if listed is None and name == "layers":
        listed = []
    if not isinstance(listed, list):
        raise ManifestInvalid(f"{name} must be a list")
    return tuple(_descriptor(each, f"{name}[{position}]") for position, each in enumerate(listed))


def _descriptor(given: object, name: str) -> Descriptor:
    if not isinstance(given, dict):
        raise ManifestInvalid(f"{name} must be a descriptor: an object with mediaType, digest and size")
    _require_exact(given, DESCRIPTOR_KEYS)
    size = given.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 63:
        raise ManifestInvalid(f"{name}.size must be a whole number of bytes")
    digest = given.get("digest")
    if not isinstance(digest, str) or not digests.is_digest(digest):
        raise ManifestInvalid(f"{name}.digest must be sha256: or sha512: and lower-case hex")
    urls = [] if given.get("urls") is None else given["urls"]
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise ManifestInvalid(f"{name}.urls must be a list of addresses")
    platform = {} if given.get("platform") is None else given["platform"]
    if not isinstance(platform, dict):
        raise ManifestInvalid(f"{name}.platform must be an object")
    found = Descriptor(
        media_type=_type(given.get("mediaType", ""), f"{name}.mediaType"),
        digest=digest,
        size=size,
        urls=tuple(urls),
        platform={key: value for key, value in platform.items() if _is_text(key) and _is_text(value)},
    )
    _require_embedded(given, found, name)
    return found


def _require_embedded(given: dict[str, Any], found: Descriptor, name: str) -> None:
    """Content that a descriptor carries in `data` is the content it points to (descriptor.md, "Embedded Content")."""
    if (data := given.get("data")) is None:
        return
    try:
        content = base64.b64decode(data, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ManifestInvalid(f"{name}.data must be base64") from None
    if len(content) != found.size or digests.of(content, digests.algorithm(found.digest)) != found.digest:
        raise ManifestInvalid(f"{name}.data is not the content that its digest and size tell of")


def _type(given: object, name: str) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TYPE or not _is_text(given):
        raise ManifestInvalid(f"{name} must be a media type")
    return given


def _annotations(fields: dict[str, Any]) -> dict[str, str]:
    given = {} if fields.get("annotations") is None else fields["annotations"]
    if not isinstance(given, dict) or not all(_is_text(part) for item in given.items() for part in item):
        raise ManifestInvalid("annotations must be an object whose values are strings")
    return given


def _is_text(value: object) -> bool:
    """A string that every database can keep: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

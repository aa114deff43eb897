"""What an artifact brings for reading: how an image was built, a chart's README, values and dependencies, a
model's files and licence, an SBOM."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from registry.content import accessories, archives, blobs, configs, media_types
from registry.exceptions import AdditionUnknown, AdditionUnsupported, ArchiveRefused
from registry.models import Artifact, BlobRole, ManifestBlob

JSON = "application/json; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
LARGEST_ARCHIVE = 64 << 20
LONGEST_HISTORY = 1000
HISTORY_FIELDS = {"created": str, "created_by": str, "author": str, "comment": str, "empty_layer": bool}
FILE_PATHS = ("org.cncf.model.filepath", "org.cnai.model.filepath")


@dataclass(frozen=True)
class Addition:
    content: bytes
    content_type: str


def offered(artifact: Artifact) -> tuple[str, ...]:
    """The additions that artifacts of this kind have; whether this very one does shows when it is read."""
    if artifact.manifest.media_type in media_types.INDEXES:
        return ()
    return tuple(READERS.get(artifact.manifest.kind, ()))


def read(artifact: Artifact, name: str) -> Addition:
    """One addition. AdditionUnsupported where this kind of artifact has none of this name, AdditionUnknown
    where this artifact does not have it."""
    if name == "sbom":
        return _sbom(artifact)
    if name not in offered(artifact):
        raise AdditionUnsupported(f"addition {name} is not supported for {artifact.manifest.kind}")
    return READERS[artifact.manifest.kind][name](artifact)


def _build_history(artifact: Artifact) -> Addition:
    found = configs.read(artifact.manifest).get("history")
    listed = found[:LONGEST_HISTORY] if isinstance(found, list) else []
    steps = [
        {name: each[name] for name, kind in HISTORY_FIELDS.items() if isinstance(each.get(name), kind)}
        for each in listed
        if isinstance(each, dict)
    ]
    return _as_json(steps)


def _dependencies(artifact: Artifact) -> Addition:
    """As the chart's metadata names them, which are its config."""
    found = configs.read(artifact.manifest).get("dependencies")
    listed = found if isinstance(found, list) else []
    fields = ("name", "version", "repository")
    return _as_json(
        [
            {name: each[name] for name in fields if isinstance(each.get(name), str)}
            for each in listed
            if isinstance(each, dict)
        ]
    )


def _chart_file(wanted: str, content_type: str) -> Callable[[Artifact], Addition]:
    """A file at the top of the chart's own folder, whatever that is called; not one of a chart within it."""

    def is_wanted(name: str) -> bool:
        parts = name.removeprefix("./").split("/")
        return len(parts) == 2 and parts[1].lower() == wanted

    def reader(artifact: Artifact) -> Addition:
        archive = next(_layers(artifact), None)
        found = next(archives.files(_stream(archive), is_wanted), None) if archive else None
        if found is None:
            raise AdditionUnknown(f"the chart has no {wanted}")
        return Addition(found[1], content_type)

    return reader


def _model_document(stem: str, content_type: str) -> Callable[[Artifact], Addition]:
    """A document of a model: a layer of its own, whose annotation tells the name of the file in it."""

    def is_wanted(name: str) -> bool:
        return PurePosixPath(name).stem.lower() == stem

    def reader(artifact: Artifact) -> Addition:
        paths = _model_paths(artifact)
        for layer in _layers(artifact):
            if ".doc." in layer.media_type and is_wanted(paths.get(layer.blob.digest, "")):
                if not layer.media_type.endswith(".raw"):
                    found = next(archives.files(_stream(layer), is_wanted), None)
                    if found is not None:
                        return Addition(found[1], content_type)
                elif layer.blob.size <= archives.LARGEST_FILE:
                    return Addition(b"".join(_stream(layer)), content_type)
        raise AdditionUnknown(f"the model has no {stem}")

    return reader


def _model_files(artifact: Artifact) -> Addition:
    sizes = {layer.blob.digest: layer.blob.size for layer in _layers(artifact)}
    listed = sorted((path, sizes.get(digest, 0)) for digest, path in _model_paths(artifact).items())
    return _as_json([{"name": path, "type": "file", "size": size} for path, size in listed])


def _model_paths(artifact: Artifact) -> dict[str, str]:
    """The file that each layer of a model holds, as the manifest's annotations tell."""
    found: dict[str, str] = {}
    for layer in json.loads(bytes(artifact.manifest.payload)).get("layers") or ():
        annotations = layer.get("annotations")
        for key in FILE_PATHS if isinstance(annotations, dict) else ():
            if isinstance(annotations.get(key), str):
                found[layer["digest"]] = annotations[key]
    return found


def _sbom(artifact: Artifact) -> Addition:
    """The SBOM that hangs on the artifact, the newest where there are several."""
    hanging = accessories.of([artifact]).get(artifact.pk, [])
    for accessory in reversed(hanging):
        layer = next(_layers(accessory.artifact), None) if accessory.kind == "sbom.harbor" else None
        if layer is not None and layer.blob.size <= LARGEST_ARCHIVE:
            return Addition(b"".join(_stream(layer)), JSON)
    raise AdditionUnknown(f"{artifact} has no SBOM")


def _layers(artifact: Artifact) -> Iterator[ManifestBlob]:
    held = ManifestBlob.objects.filter(manifest=artifact.manifest_id, role=BlobRole.LAYER).select_related("blob")
    return iter(held.order_by("position"))


def _stream(layer: ManifestBlob) -> Iterator[bytes]:
    if layer.blob.size > LARGEST_ARCHIVE:
        raise ArchiveRefused(f"archives of more than {LARGEST_ARCHIVE} bytes are not looked into")
    return blobs.stream(layer.blob.digest, 0, layer.blob.size)


def _as_json(value: Any) -> Addition:
    return Addition(json.dumps(value).encode(), JSON)


READERS: dict[str, dict[str, Callable[[Artifact], Addition]]] = {
    "IMAGE": {"build_history": _build_history},
    "CHART": {
        "readme.md": _chart_file("readme.md", MARKDOWN),
        "values.yaml": _chart_file("values.yaml", TEXT),
        "dependencies": _dependencies,
    },
    "CNAI": {
        "readme.md": _model_document("readme", MARKDOWN),
        "license": _model_document("license", TEXT),
        "files": _model_files,
    },
}

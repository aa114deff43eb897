"""What an artifact is, in Harbor's words: IMAGE, CHART, WASM … or UNKNOWN."""

import re

from registry.content import media_types
from registry.content.documents import Document

BY_CONFIG = {
    "application/vnd.oci.image.config.v1+json": "IMAGE",
    "application/vnd.docker.container.image.v1+json": "IMAGE",
    "application/vnd.docker.plugin.v1+json": "IMAGE",
    "application/vnd.cncf.helm.config.v1+json": "CHART",
    "application/vnd.cnab.config.v1+json": "CNAB",
    "application/vnd.cnab.manifest.v1": "CNAB",
    "application/vnd.wasm.config.v1+json": "WASM",
    "application/vnd.cncf.model.config.v1+json": "CNAI",
}
BY_ARTIFACT_TYPE = {"application/vnd.goharbor.harbor.sbom.v1": "SBOM"}
# Others name themselves: application/vnd.acme.rocket.config.v1+json is a ROCKET.
NAMED = re.compile(r"application/vnd\.[^.+]+\.([A-Za-z0-9._-]{1,40})\.config\.[^.+]+(?:\+json)?")


def of(document: Document) -> str:
    return classify(document.media_type, document.config.media_type if document.config else "", document.artifact_type)


def classify(media_type: str, config_media_type: str, artifact_type: str) -> str:
    """The same from what the database keeps of a manifest."""
    if media_type in media_types.INDEXES:
        return "IMAGE"
    if artifact_type in BY_ARTIFACT_TYPE:
        return BY_ARTIFACT_TYPE[artifact_type]
    if config_media_type in BY_CONFIG:
        return BY_CONFIG[config_media_type]
    named = NAMED.fullmatch(config_media_type)
    return named[1].upper() if named else "UNKNOWN"

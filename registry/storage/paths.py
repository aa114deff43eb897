"""The map of what lies where: Docker Distribution's layout, exactly, so that a stock registry can
serve our folder and we can take over one of its.

    docker/registry/v2/
      blobs/<algorithm>/<first two of hex>/<hex>/data                 layers, configs and manifests
      repositories/<name>/
        _layers/<algorithm>/<hex>/link                               blobs this repository may show
        _manifests/revisions/<algorithm>/<hex>/link                   manifests it holds
        _manifests/tags/<tag>/current/link                            where a tag points
        _manifests/tags/<tag>/index/<algorithm>/<hex>/link            where it has pointed
        _uploads/<id>/data                                           a blob on its way in
    trash/<when>-<random>/data                                       removed bytes, until purged

A link file holds a digest. Every argument has been judged valid before it comes here (content/)."""

ROOT = "docker/registry/v2"
BLOBS = f"{ROOT}/blobs"
REPOSITORIES = f"{ROOT}/repositories"
TRASH = "trash"


def _split(digest: str) -> tuple[str, str]:
    algorithm, _, hexadecimal = digest.partition(":")
    return algorithm, hexadecimal


def blob_folder(digest: str) -> str:
    algorithm, hexadecimal = _split(digest)
    return f"{BLOBS}/{algorithm}/{hexadecimal[:2]}/{hexadecimal}"


def blob(digest: str) -> str:
    return f"{blob_folder(digest)}/data"


def repository(name: str) -> str:
    return f"{REPOSITORIES}/{name}"


def layers_folder(name: str) -> str:
    return f"{repository(name)}/_layers"


def layer_link(name: str, digest: str) -> str:
    return f"{layers_folder(name)}/{'/'.join(_split(digest))}/link"


def revisions_folder(name: str) -> str:
    return f"{repository(name)}/_manifests/revisions"


def revision_link(name: str, digest: str) -> str:
    return f"{revisions_folder(name)}/{'/'.join(_split(digest))}/link"


def tags_folder(name: str) -> str:
    return f"{repository(name)}/_manifests/tags"


def tag_folder(name: str, tag: str) -> str:
    return f"{tags_folder(name)}/{tag}"


def tag_link(name: str, tag: str) -> str:
    return f"{tag_folder(name, tag)}/current/link"


def tag_index_link(name: str, tag: str, digest: str) -> str:
    return f"{tag_folder(name, tag)}/index/{'/'.join(_split(digest))}/link"


def uploads_folder(name: str) -> str:
    return f"{repository(name)}/_uploads"


def upload_folder(name: str, upload_id: object) -> str:
    return f"{uploads_folder(name)}/{upload_id}"


def upload(name: str, upload_id: object) -> str:
    return f"{upload_folder(name, upload_id)}/data"


def is_lasting(folder: str) -> bool:
    """Whether a folder is never removed once it is made: the shards of blobs, and all above them."""
    return BLOBS.startswith(folder) or (folder.startswith(f"{BLOBS}/") and folder.count("/") <= BLOBS.count("/") + 2)


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def require_safe(path: str) -> str:
    """The path itself, where it cannot lead out of the root: the last guard, behind the judges of names."""
    if any(part in ("", ".", "..") for part in path.split("/")) or "\0" in path:
        raise ValueError(f"not a storage path: {path!r}")
    return path

"""The link files beside the blobs: a mirror of the rows, for a stock registry and for people who look.

Written after the commit, as well as may be: a file that is missing or stale is no harm to us, and
`manage.py fsck --links` writes all of them anew."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from registry import storage
from registry.storage import paths

logger = logging.getLogger(__name__)
Given = ParamSpec("Given")


def _best_effort(write: Callable[Given, None]) -> Callable[Given, None]:
    @wraps(write)
    def attempt(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            write(*args, **kwargs)
        except OSError as error:
            logger.warning("a link file was not written", extra={"error": str(error)})

    return attempt


@_best_effort
def write_layer(name: str, digest: str) -> None:
    _write(paths.layer_link(name, digest), digest)


@_best_effort
def remove_layer(name: str, digest: str) -> None:
    storage.driver().remove(paths.parent(paths.layer_link(name, digest)))


@_best_effort
def write_revision(name: str, digest: str) -> None:
    _write(paths.revision_link(name, digest), digest)


@_best_effort
def remove_revision(name: str, digest: str) -> None:
    storage.driver().remove(paths.parent(paths.revision_link(name, digest)))


@_best_effort
def remove_manifests(name: str) -> None:
    """All revisions and tags of a repository."""
    storage.driver().remove(paths.tags_folder(name))
    storage.driver().remove(paths.revisions_folder(name))


@_best_effort
def remove_repository(name: str) -> None:
    """All links of a repository; those of the repositories below its name stay."""
    storage.driver().remove(paths.layers_folder(name))
    storage.driver().remove(paths.tags_folder(name))
    storage.driver().remove(paths.revisions_folder(name))


@_best_effort
def write_tag(name: str, tag: str, digest: str) -> None:
    _write(paths.tag_index_link(name, tag, digest), digest)
    _write(paths.tag_link(name, tag), digest)


@_best_effort
def remove_tag(name: str, tag: str) -> None:
    storage.driver().remove(paths.tag_folder(name, tag))


@_best_effort
def remove_upload(name: str, upload_id: object) -> None:
    storage.driver().remove(paths.upload_folder(name, upload_id))


def _write(path: str, digest: str) -> None:
    storage.driver().put(path, digest.encode(), durable=False)

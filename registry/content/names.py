"""Names of repositories and tags, as the OCI distribution-spec writes them ("Pulling manifests")."""

import re

from registry.content import digests
from registry.exceptions import NameInvalid, TagInvalid

COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY = re.compile(rf"{COMPONENT}(?:/{COMPONENT})*", re.ASCII)
TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", re.ASCII)
LONGEST_NAME = 255
LONGEST_TAG = 128


def repository(value: str) -> str:
    """The name itself where it is one; else NameInvalid."""
    if len(value) > LONGEST_NAME:
        raise NameInvalid(f"a repository name has at most {LONGEST_NAME} characters, this one has {len(value)}")
    if not REPOSITORY.fullmatch(value):
        raise NameInvalid(
            f"{value!r} is not a repository name: lower-case letters and digits, joined by . _ __ -, parts split by /"
        )
    return value


def project_of(name: str) -> str:
    """The project's name: the first part of a repository's."""
    return name.partition("/")[0]


def tag(value: str) -> str:
    """The tag itself where it is one; else TagInvalid."""
    if not TAG.fullmatch(value):
        raise TagInvalid(
            f"{value[:140]!r} is not a tag: letters, digits, _ . and -, at most 128, not beginning with . or -"
        )
    return value


def reference(value: str) -> str:
    """A tag or a digest; what has a colon was meant as a digest."""
    return digests.parse(value) if ":" in value else tag(value)


def tag_of(reference: str) -> str | None:
    """The reference where it is a tag; None where it is a digest."""
    return None if ":" in reference else reference

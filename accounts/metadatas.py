"""The metadata of a project: Harbor's settings of it, strings all. `public` is among them, and a column."""

import re
from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.exceptions import Invalid, MetadataExists, MetadataUnknown
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal

PUBLIC = "public"
LONGEST = 1024


def _flag(value: str) -> bool:
    return value in ("true", "false")


def _severity(value: str) -> bool:
    return value in ("none", "low", "medium", "high", "critical")


def _number(value: str) -> bool:
    return re.fullmatch("-1|[0-9]{1,10}", value) is not None


def _pattern_kind(value: str) -> bool:
    return value in ("", "doublestar", "regex")


def _text(value: str) -> bool:
    return len(value) <= LONGEST and "\0" not in value


KEYS: Mapping[str, Callable[[str], bool]] = {
    PUBLIC: _flag,
    "enable_content_trust": _flag,
    "enable_content_trust_cosign": _flag,
    "prevent_vul": _flag,
    "severity": _severity,
    "auto_scan": _flag,
    "auto_sbom_generation": _flag,
    "reuse_sys_cve_allowlist": _flag,
    "proxy_speed_kb": _number,
    "max_upstream_conn": _number,
    "proxy_cache_filter_pattern": _text,
    "proxy_cache_filter_kind": _pattern_kind,
    "proxy_referrer_api": _flag,
    "proxy_cache_local_on_not_found": _flag,
}
"""Each key that may be set, and whether a value may stand there. `retention_id` is none: the policy sets it."""


def of(project: Project) -> dict[str, str]:
    return {PUBLIC: str(project.is_public).lower(), **project.metadata}


def check(values: Mapping[str, str]) -> dict[str, str]:
    """The values, if all may be so; Invalid otherwise. Clients write True for true as well."""
    found = {key: value.lower() if KEYS.get(key) in (_flag, _severity) else value for key, value in values.items()}
    for key, value in found.items():
        if key not in KEYS:
            raise Invalid(f"no metadata that can be set is called {key[:64]}")
        if not KEYS[key](value):
            raise Invalid(f"{key} cannot be {value[:64]!r}")
    return found


def get(project: Project, key: str, *, by: Principal) -> str:
    require(by, "metadata:read", project)
    found = of(project)
    if key not in found:
        raise MetadataUnknown(f"project {project} has no {key[:64]}")
    return found[key]


@transaction.atomic
def add(project: Project, values: Mapping[str, str], *, by: Principal) -> None:
    """Set what is not set yet. `public` always is."""
    require(by, "metadata:create", project)
    known = of(_held(project))
    if twice := sorted(check(values).keys() & known.keys()):
        raise MetadataExists(f"project {project} has {twice[0]} already; change that")
    put(project, values, by=by)


def change(project: Project, values: Mapping[str, str], *, by: Principal) -> None:
    require(by, "metadata:update", project)
    put(project, values, by=by)


@transaction.atomic
def remove(project: Project, key: str, *, by: Principal) -> None:
    """Let it not be set. A project that is not said to be public is private."""
    require(by, "metadata:delete", project)
    if key not in KEYS:
        raise Invalid(f"no metadata that can be set is called {key[:64]}")
    if key == PUBLIC:
        put(project, {PUBLIC: "false"}, by=by)
        return
    kept = {name: value for name, value in _held(project).metadata.items() if name != key}
    Project.objects.filter(pk=project.pk).update(metadata=kept)
    project.refresh_from_db()
    audit.record(by, "update", "project", project.name, project, description=f"{key} removed")


@transaction.atomic
def put(project: Project, values: Mapping[str, str], *, by: Principal) -> None:
    """Set these, whoever asks. A project that is opened or closed makes tokens be checked in full."""
    values = check(values)
    held = _held(project)
    is_public = values.get(PUBLIC, str(held.is_public).lower()) == "true"
    if is_public != held.is_public:
        Project.objects.filter(pk=held.pk).update(
            is_public=is_public, authorization_version=F("authorization_version") + 1
        )
    kept = held.metadata | {key: value for key, value in values.items() if key != PUBLIC}
    Project.objects.filter(pk=held.pk).update(metadata=kept, updated_at=timezone.now())
    project.refresh_from_db()
    told = ", ".join(_told(key, value) for key, value in sorted(values.items()))
    audit.record(by, "update", "project", project.name, project, description=told)


def _told(key: str, value: str) -> str:
    if key == PUBLIC:
        return "made public" if value == "true" else "made private"
    return f"{key} = {value}"


def _held(project: Project) -> Project:
    """The row as it is now, which nobody else changes until the commit."""
    return Project.objects.select_for_update().get(pk=project.pk)

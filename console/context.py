"""What every page shows around its own content: who looks, where they may go, and how they like it."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts import configuration
from accounts.principals import ANONYMOUS
from console import navigation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
BANNERS = {"success", "info", "warning", "danger"}


def frame(request: HttpRequest) -> dict[str, Any]:
    by = getattr(request, "principal", ANONYMOUS)
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "by": by,
        "navigation": navigation.of(by, request.path_info),
        "theme": chosen if chosen in THEMES else "auto",
        "languages": settings.LANGUAGES,
        "banner": _banner(),
        "registry_host": host(request),
    }


def host(request: HttpRequest) -> str:
    """What clients call this registry by, in commands to copy."""
    return settings.ENV.external_url.partition("://")[2] or request.get_host()


def _banner() -> dict[str, Any] | None:
    """What an admin wants everybody to read, in Harbor's form: a JSON text with its kind and its days."""
    try:
        said = json.loads(configuration.text("banner_message") or "{}")
        message, kind = str(said["message"]), str(said.get("type", "info"))
        days = [parse_date(str(said.get(key) or "")[:10]) for key in ("fromDate", "toDate")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    today = timezone.now().date()
    if (days[0] and today < days[0]) or (days[1] and today > days[1]):
        return None
    return {"message": message, "kind": kind if kind in BANNERS else "info"}

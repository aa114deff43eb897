"""/api/v2.0/systeminfo: what clients sniff before they do anything else; the storage's room, and our certificate."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts import configuration
from accounts.permissions import require
from accounts.settings_table import Value
from console.api.base import View, answer, moment
from console.api.errors import AddressUnknown
from registry.content import health
from registry.oci.authentication import external_url

# The Harbor whose API this is. Clients compare the number; what stands behind it tells who we are.
HARBOR_VERSION = "v2.16.0-roadstead"
FOR_ANYBODY = ["auth_mode", "primary_auth_mode", "self_registration", "banner_message"]
FOR_USERS = ["read_only", "project_creation_restriction", "notification_enable"]
CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")


class SystemInfo(View):
    """What anybody may know, and more for those who are signed in."""

    def get(self, request: Request) -> HttpResponse:
        values = configuration.get_many([*FOR_ANYBODY, *FOR_USERS])
        told: dict[str, object] = {key: values[key] for key in FOR_ANYBODY}
        told["oidc_provider_name"] = ""
        if not self.by.is_anonymous:
            told |= _for_users(request, {key: values[key] for key in FOR_USERS})
        return answer(told)


def _for_users(request: Request, values: dict[str, Value]) -> dict[str, object]:
    url = external_url(request)
    return {
        **values,
        "harbor_version": HARBOR_VERSION,
        "registry_url": urlsplit(url).netloc,
        "external_url": url,
        "has_ca_root": bool(_certificates()),
        "registry_storage_provider_name": health.provider(),
        "current_time": moment(timezone.now()),
    }


class Volumes(View):
    """How much room the storage has. It tells nothing where that has no end."""

    def get(self, request: Request) -> HttpResponse:
        require(self.by, "system-system-volumes:read", None)
        space = health.space()
        return answer({"storage": [{"total": space[0], "free": space[1]}] if space else []})


class Certificate(View):
    """The certificate that clients must trust, for everybody: who needs it cannot sign in yet."""

    authentication_classes = ()

    def get(self, request: Request) -> HttpResponse:
        found = _certificates()
        if not found:
            raise AddressUnknown("there is no certificate to download: ROADSTEAD_CA_ROOT names none")
        headers = {"Content-Disposition": "attachment; filename=ca.crt"}
        return HttpResponse(found, content_type="application/octet-stream", headers=headers)


def _certificates() -> bytes:
    """What of the file are certificates: a key that somebody keeps beside them is nobody's business."""
    if not settings.ENV.ca_root:
        return b""
    try:
        content = Path(settings.ENV.ca_root).read_bytes()
    except OSError:
        return b""
    return b"".join(found + b"\n" for found in CERTIFICATE.findall(content))

"""/api/v2.0/systeminfo: what clients sniff before they do anything else."""

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts import configuration
from console.api.base import View, answer, moment
from registry.content import health
from registry.oci.authentication import external_url

# The Harbor whose API this is. Clients compare the number; what stands behind it tells who we are.
HARBOR_VERSION = "v2.16.0-roadstead"


class SystemInfo(View):
    """What anybody may know, and more for those who are signed in."""

    def get(self, request: Request) -> HttpResponse:
        told: dict[str, object] = {
            "auth_mode": "db_auth",
            "primary_auth_mode": False,
            "self_registration": False,
            "banner_message": "",
            "oidc_provider_name": "",
        }
        if not self.by.is_anonymous:
            told |= _for_users(request)
        return answer(told)


def _for_users(request: Request) -> dict[str, object]:
    url = external_url(request)
    return {
        "harbor_version": HARBOR_VERSION,
        "registry_url": urlsplit(url).netloc,
        "external_url": url,
        "read_only": configuration.get("read_only"),
        "project_creation_restriction": configuration.get("project_creation_restriction"),
        "has_ca_root": False,
        "registry_storage_provider_name": health.provider(),
        "notification_enable": False,
        "current_time": moment(timezone.now()),
    }

"""What hangs on an artifact, and what it brings: accessories and additions; and the icons of their kinds."""

from base64 import b64encode

from django.http import HttpResponse
from rest_framework.request import Request

from console.api import artifact_shapes, places
from console.api.base import View, answer
from console.api.errors import AddressUnknown, Unprocessable
from console.api.pagination import cut_list
from registry.content import accessories, additions, digests, icons

# Harbor's words for all there are, whatever kind of artifact has them.
KNOWN = ("build_history", "values.yaml", "readme.md", "dependencies", "sbom", "license", "files")


class AccessoryList(View):
    def get(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "accessory:list", project_name, repository_name, reference=reference)
        artifact = place.artifact(reference)
        keys, headers = cut_list(request, accessories.keys_of(artifact))
        return answer([artifact_shapes.accessory_shown(each) for each in accessories.read(artifact, keys)], **headers)


class AdditionDetail(View):
    """What people pushed, as it is: for programs to read, not for browsers to show."""

    def get(
        self, request: Request, project_name: str, repository_name: str, reference: str, addition: str
    ) -> HttpResponse:
        if (name := addition.lower()) not in KNOWN:
            raise Unprocessable(f"addition must be one of {', '.join(KNOWN)}")
        place = places.admit(self.by, "artifact-addition:read", project_name, repository_name, reference=reference)
        found = additions.read(place.artifact(reference), name)
        safely = {"X-Content-Type-Options": "nosniff", "Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(found.content, content_type=found.content_type, headers=safely)


class IconDetail(View):
    """The picture of a kind of artifacts, or of one that brings its own, by its digest."""

    def get(self, request: Request, digest: str) -> HttpResponse:
        icon = icons.find(digests.parse(digest), by=self.by)
        if icon is None:
            raise AddressUnknown(f"there is no icon {digest}")
        return answer({"content-type": icon.media_type, "content": b64encode(icon.content).decode()})

"""What hangs on an artifact, and what it brings: accessories and additions; and the icons of their kinds."""

from base64 import b64encode

from django.http import HttpResponse
from rest_framework.request import Request

from console.api import artifact_shapes, places
from console.api.base import View, answer
from console.api.errors import AddressUnknown
from console.api.pagination import cut_list
from registry.content import accessories, additions, digests, icons


class AccessoryList(View):
    def get(self, request: Request, project_name: str, repository_name: str, reference: str) -> HttpResponse:
        place = places.admit(self.by, "accessory:list", project_name, repository_name)
        artifact = place.artifact(reference)
        rows, headers = cut_list(request, accessories.of([artifact]).get(artifact.pk, []))
        return answer([artifact_shapes.accessory_shown(each) for each in rows], **headers)


class AdditionDetail(View):
    """The history of an image; the readme, values and dependencies of a chart."""

    def get(
        self, request: Request, project_name: str, repository_name: str, reference: str, addition: str
    ) -> HttpResponse:
        place = places.admit(self.by, "artifact-addition:read", project_name, repository_name)
        found = additions.read(place.artifact(reference), addition.lower())
        return HttpResponse(
            found.content, content_type=found.content_type, headers={"X-Content-Type-Options": "nosniff"}
        )


class IconDetail(View):
    """The picture of a kind of artifacts, by its digest."""

    authentication_classes = ()

    def get(self, request: Request, digest: str) -> HttpResponse:
        icon = icons.find(digests.parse(digest))
        if icon is None:
            raise AddressUnknown(f"there is no icon {digest}")
        return answer({"content-type": icon.media_type, "content": b64encode(icon.content).decode()})

"""/api/v2.0/users"""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from accounts import users
from console.api.base import Text, View, created

PATH = "/api/v2.0/users"


class NewUser(Serializer[Any]):
    username = Text(max_length=255)
    email = Text(max_length=255)
    password = Text()
    realname = Text()
    comment = Text()


class UserList(View):
    def post(self, request: Request) -> HttpResponse:  # noqa: ARG002
        user = users.create(**self.fields(NewUser), by=self.by)
        return created(f"{PATH}/{user.pk}")

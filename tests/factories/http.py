"""Requests to the application as it stands in this process, with Basic credentials."""

import base64
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.principals import Principal
from tests.factories.accounts import PASSWORD


def basic(username: str, password: str = PASSWORD) -> str:
    """The value of an Authorization header."""
    return f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"


def client_of(who: User | Principal | None = None, **headers: str) -> Client:
    """A client that signs in with every request; without a user, one that does not. Faults are answered, not raised."""
    if who is not None:
        headers["Authorization"] = basic(who.username if isinstance(who, User) else who.name)
    return Client(headers=headers, raise_request_exception=False)


def send(client: Client, method: str, path: str, content: Any = None) -> Any:
    """A request with a JSON body, or with none."""
    if content is None:
        return client.generic(method, path)
    return getattr(client, method.lower())(path, content, content_type="application/json")

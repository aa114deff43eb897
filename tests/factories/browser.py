"""A browser with somebody signed in: it keeps cookies, and sends the token that answers give it."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from tests.factories.accounts import PASSWORD

TOKEN = "X-Harbor-CSRF-Token"


def form(browser: Client, path: str, headers: dict[str, str] | None = None, **values: str) -> Any:
    """A form as a page sends it."""
    body, kind = urlencode(values), "application/x-www-form-urlencoded"
    return browser.post(path, body, content_type=kind, headers=headers or {})


def sign_in(browser: Client, username: str, password: str = PASSWORD, **headers: str) -> Any:
    return form(browser, "/c/login", headers, principal=username, password=password)


def browser_of(user: User, **more: Any) -> Client:
    browser = Client(**more)
    answer = sign_in(browser, user.username)
    assert answer.status_code == 200, answer.content
    browser.defaults["HTTP_X_HARBOR_CSRF_TOKEN"] = answer[TOKEN]
    return browser


def is_signed_in(browser: Client) -> bool:
    return bool(browser.get("/api/v2.0/users/current").status_code == 200)

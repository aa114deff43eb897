"""Django's middleware, as the console needs it."""

from django.conf import settings
from django.contrib.sessions import middleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse

from console import sessions


class SessionMiddleware(middleware.SessionMiddleware):
    """The cookie goes back over https alone where it came by https. A session that another request has ended
    meanwhile is simply over."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        try:
            response = super().process_response(request, response)
        except SessionInterrupted:
            response.delete_cookie(name, samesite="Lax")
        if name in response.cookies and sessions.is_secure(request):
            response.cookies[name]["secure"] = True
        return response

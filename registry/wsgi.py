"""The WSGI application, for a plain WSGI server. Slower than registry.asgi, and with the same answers."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

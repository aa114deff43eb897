"""The socket side: taking connections, reading requests, sending replies, for an ASGI application."""

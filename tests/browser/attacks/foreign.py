"""A web site of somebody else's, on another address of this machine: what it serves is what a test puts there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    def __init__(self) -> None:
        self.content = ""
        self.reached: list[str] = []

    def serve(self, content: str) -> str:
        """Let every address of the site be this page; answers one of them."""
        self.content = f"<!doctype html><html lang=en><title>foreign</title>{content}</html>"
        return self.url

    url = ""


@contextmanager
def running() -> Iterator[Site]:
    site = Site()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.reached.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(site.content.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.2", 0), Answers) as server:
        site.url = f"http://127.0.0.2:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()

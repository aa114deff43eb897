"""What the launcher says when all is ready: where to go and how to sign in."""

from pathlib import Path
from urllib.parse import urlsplit

from registry.env import Environment

ADMIN_PASSWORD = "admin-password"  # noqa: S105  the name of a file

READY = """
Roadstead is ready at {url}

  sign in    docker login {host} --username admin
{password}  push       docker tag busybox {host}/library/busybox && docker push {host}/library/busybox
  stop       Ctrl-C, or SIGTERM to process {process}
"""


def text(env: Environment, process: int, *, tells_password: bool) -> str:
    """The lines. The password itself is told once, by the start that has made it."""
    host, port = env.listen
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    url = env.external_url or f"{'https' if env.tls_cert else 'http'}://{shown}:{port}"
    password = _password_line(env.data / ADMIN_PASSWORD, tells_password=tells_password)
    return READY.format(url=url, host=urlsplit(url).netloc, password=password, process=process)


def _password_line(file: Path, *, tells_password: bool) -> str:
    if not file.exists():
        return ""
    if tells_password:
        return f"  password   {file.read_text().strip()}    (told this once, and kept in {file})\n"
    return f"  password   kept in {file}\n"

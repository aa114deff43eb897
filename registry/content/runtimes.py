"""How a container of an image is run, as the image's config tells: its environment, its command, its labels.

The config is what people push: what is not of the kind that it should be is passed over, what is endless is cut."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MOST = 500
LONGEST_TEXT = 16 << 10
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Runtime:
    """`platform` is as docker writes it, linux/arm64/v8; commands are lists, as a Dockerfile has them in JSON."""

    platform: str
    author: str
    created_at: datetime | None
    user: str
    working_directory: str
    entrypoint: str
    command: str
    shell: str
    health_check: str
    stop_signal: str
    ports: tuple[str, ...]
    volumes: tuple[str, ...]
    environment: Pairs
    labels: Pairs


def of(config: dict[str, Any]) -> Runtime:
    run = config.get("config")
    run = run if isinstance(run, dict) else {}
    check = run.get("Healthcheck")
    return Runtime(
        platform=platform(config),
        author=_text(config.get("author")),
        created_at=moment(config.get("created")),
        user=_text(run.get("User")),
        working_directory=_text(run.get("WorkingDir")),
        entrypoint=_command(run.get("Entrypoint")),
        command=_command(run.get("Cmd")),
        shell=_command(run.get("Shell")),
        health_check=_command(check.get("Test")) if isinstance(check, dict) else "",
        stop_signal=_text(run.get("StopSignal")),
        ports=_keys(run.get("ExposedPorts")),
        volumes=_keys(run.get("Volumes")),
        environment=tuple(_variable(each) for each in _texts(run.get("Env"))),
        labels=_pairs(run.get("Labels")),
    )


def platform(fields: dict[str, Any]) -> str:
    """Of a config, or of what an index says of one of its parts."""
    named = [_text(fields.get(key)) for key in ("os", "architecture", "variant")]
    version = _text(fields.get("os.version"))
    return "/".join(part for part in named if part)[:LONGEST_TEXT] + (f" ({version})" if version else "")


def moment(value: object) -> datetime | None:
    """A time in RFC 3339; None where it is none."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [_text(each) for each in value[:MOST] if isinstance(each, str)] if isinstance(value, list) else []


def _command(value: object) -> str:
    words = _texts(value)
    return json.dumps(words, ensure_ascii=False) if words else _text(value)


def _keys(value: object) -> tuple[str, ...]:
    return tuple(_text(key) for key in list(value)[:MOST]) if isinstance(value, dict) else ()


def _pairs(value: object) -> Pairs:
    if not isinstance(value, dict):
        return ()
    return tuple((_text(key), _text(text)) for key, text in sorted(value.items())[:MOST] if isinstance(text, str))


def _variable(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name, value

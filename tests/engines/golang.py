"""Programs that come as source of Go modules: built once at a pinned version, and kept in the user's cache."""

import os
import subprocess
from pathlib import Path
from shutil import which

MODULES = {
    "conformance": "github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111",
    "crane": "github.com/google/go-containerregistry/cmd/crane@v0.22.1",
    "oras": "oras.land/oras/cmd/oras@v1.3.6",
    "regctl": "github.com/regclient/regclient/cmd/regctl@v0.11.7",
}


class NotBuiltError(Exception):
    """The sentence says what is missing."""


def program(name: str) -> Path:
    """The path of this program, built where it is not yet there."""
    module, _, version = MODULES[name].partition("@")
    folder = _cache() / f"{name}-{version}"
    if not (folder / name).exists():
        _build(f"{module}@{version}", folder)
    return folder / name


def _build(module: str, folder: Path) -> None:
    go = which("go", path=f"{os.environ.get('PATH', '')}:/usr/local/go/bin")
    if not go:
        raise NotBuiltError(f"{module} needs Go 1.26 to be built; there is none in PATH or /usr/local/go/bin")
    environ = {**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [go, "install", module], env=environ, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        raise NotBuiltError(f"{module} cannot be built: {done.stderr.strip().splitlines()[-1]}")


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "roadstead"

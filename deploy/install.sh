#!/bin/sh
# Puts on this machine what Roadstead needs: Debian packages, and its Python libraries in .venv.
#
#   deploy/install.sh          what `make run` needs
#   deploy/install.sh tests    and what `make check` and `make test` need
#
# Root gets missing packages by apt-get. Anybody else is told the line to run; without a package that
# only tests need, it goes on all the same, and the tests say what did not run.
set -eu
cd "$(dirname "$0")/.."

main() {
    python=$(find_python) || stop "Roadstead needs Python 3.11, which Debian 12 has: apt-get install python3"
    if ! is_current requirements.txt; then
        get "$(missing_for_building "$python")" || exit 1
        works .venv/bin/python -c '' || "$python" -m venv --clear .venv
        install requirements.txt
    fi
    if [ "${1:-}" = tests ]; then
        get "$(missing_for_tests)" || say "going on without: the tests say what did not run"
        is_current tests/requirements.txt || install tests/requirements.txt
    fi
}

find_python() {
    for name in python3.11 python3; do
        if works "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# What pip has installed is remembered as a copy of the file that listed it.
is_current() {
    cmp -s "$1" ".venv/installed/$1" && works .venv/bin/python -c ''
}

install() {
    say "installing $1"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    mkdir -p ".venv/installed/$(dirname "$1")"
    cp "$1" ".venv/installed/$1"
}

# python-ldap comes as source: it needs a compiler and the headers of OpenLDAP, SASL and this Python.
missing_for_building() {
    works "$1" -c 'import ensurepip' || echo python3-venv
    works "$1" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")' || echo python3-dev
    works command -v gcc || echo gcc
    works test -e /usr/include/stdio.h || echo libc6-dev
    works test -e /usr/include/ldap.h || echo libldap-dev
    works test -e /usr/include/sasl/sasl.h || echo libsasl2-dev
}

missing_for_tests() {
    works test -x /usr/lib/postgresql/15/bin/postgres || echo postgresql-15
    works test -x /usr/sbin/dockerd -a -x /usr/bin/docker || echo docker.io
    for program in podman skopeo buildah docker-registry strace; do
        works test -x "/usr/bin/$program" || echo "$program"
    done
    works test -x /usr/sbin/haproxy || echo haproxy
    works test -x /usr/sbin/slapd || echo slapd
    works test -x /usr/bin/redis-server || echo redis-server
    works test -e /usr/share/doc/busybox-static || echo busybox-static
    works test -x /usr/bin/chromium || echo chromium
    works test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf || echo fonts-dejavu-core
    works test -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf || echo fonts-droid-fallback
    works command -v msgfmt || echo gettext
    works command -v npm || echo npm
}

works() {
    "$@" >/dev/null 2>&1
}

get() {
    [ -n "$1" ] || return 0
    line="apt-get install -y --no-install-recommends $(echo $1)"
    if [ "$(id -u)" -ne 0 ]; then
        say "this machine lacks some Debian packages; run: sudo $line"
        return 1
    fi
    say "$line"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || say "going on with the package lists that are here"
    $line -qq >/dev/null
}

say() {
    echo "roadstead: $*" >&2
}

stop() {
    say "$*"
    exit 1
}

main "$@"

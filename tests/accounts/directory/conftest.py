"""A directory with these people and groups, and a registry that knows of it.

alice  in devs, which is in staff, which is in everyone, which is in devs again
bob    in admins
carol  in nothing"""

from collections.abc import Iterator

import pytest

from accounts import configuration
from accounts.identity.directory import line
from accounts.principals import SYSTEM
from tests.engines import slapd
from tests.engines.slapd import Directory
from tests.harbor_api import as_harbor_answers

__all__ = ["as_harbor_answers"]


@pytest.fixture(scope="session")
def _directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with slapd.running(tmp_path_factory.mktemp("slapd")) as directory:
        alice = directory.add_person("alice", name="Alice Example", mail="alice@example.org")
        bob = directory.add_person("bob", name="Bob", mail="bob@example.org")
        directory.add_person("carol", name="Carol")
        devs = directory.add_group("devs", alice, f"cn=everyone,{slapd.GROUPS}")
        staff = directory.add_group("staff", devs)
        directory.add_group("everyone", staff)
        directory.add_group("admins", bob)
        yield directory


@pytest.fixture
def directory(_directory: Directory, db: None) -> Directory:
    line.forget()
    configuration.set_many(_directory.settings(), by=SYSTEM)
    return _directory

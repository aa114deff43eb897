"""Sending audit records to a syslog server."""

import re
import socket
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit, configuration
from accounts.audit import Note
from accounts.audit_log import chain, forwarding, purging, syslog, verification
from accounts.exceptions import Invalid
from accounts.models import AuditAnchor, AuditForward, AuditRecord
from accounts.principals import SYSTEM

pytestmark = pytest.mark.django_db


class Receiver:
    """A syslog server that takes lines over TCP. `is_rude`: it resets each connection instead."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lines: list[str] = []
        self.is_rude = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with closing(connection):
                if self.is_rude:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    continue
                with connection.makefile(encoding="utf-8") as sent:
                    self.lines += sent.read().splitlines()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def forward() -> int:
    chain.seal()
    sent = 0
    while count := forwarding.send_some():
        sent += count
    return sent


def test_each_record_is_sent_once_in_the_order_of_the_chain(receiver):
    audit.record(SYSTEM, "create", "tag", "before")
    chain.seal()
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    with audit.context(client_address="192.0.2.1", user_agent='docker "quoted" [x] \\ \n', request_id="r-1"):
        audit.record(SYSTEM, "login", "user", "alice", succeeded=False)
    assert forward() == 2
    assert forward() == 0
    audit.record(SYSTEM, "delete", "tag", "app:1")
    assert forward() == 1
    assert [line.partition('sequence="')[2].partition('"')[0] for line in receiver.lines] == ["2", "3", "4"]
    failed = receiver.lines[1]
    assert re.match(r"<108>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ roadstead - login_user \[audit@32473 ", failed)
    assert 'client="192.0.2.1"' in failed
    assert r'user_agent="docker \"quoted\" [x\] \\ \\u000a"' in failed
    assert 'result="failure"' in failed
    assert receiver.lines[2].startswith("<110>1 ")


def test_what_a_broken_connection_lost_is_sent_again(receiver):
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    receiver.is_rude = True
    chain.seal()
    with pytest.raises(OSError, match=r"reset|pipe|not connected"):  # by how far the sending has got
        forwarding.send_some()
    receiver.is_rude = False
    assert forward() == 1
    assert len(receiver.lines) == 1


def test_a_server_that_is_not_there_hinders_no_change():
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        endpoint = f"tcp://127.0.0.1:{gone.getsockname()[1]}"
    configuration.set("audit_log_forward_endpoint", endpoint, by=SYSTEM)
    audit.record(SYSTEM, "create", "tag", "app:1")
    with pytest.raises(ConnectionRefusedError):
        forward()
    assert AuditRecord.objects.count() == 2


def test_a_purge_leaves_what_is_not_sent_yet(receiver):
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    audit.record_many([Note(SYSTEM, "pull", "artifact", "x", at=timezone.now() - timedelta(hours=5))])
    chain.seal()
    rule = purging.rule(1, "pull_artifact")
    assert purging.take_some(rule.rows()) == 0
    forward()
    assert purging.take_some(rule.rows()) == 1


def test_another_server_gets_what_comes_from_then_on(receiver):
    configuration.set("audit_log_forward_endpoint", "udp://127.0.0.1:9", by=SYSTEM)
    chain.seal()
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    assert forward() == 1
    configuration.set("audit_log_forward_endpoint", "", by=SYSTEM)
    assert forward() == 0
    assert not AuditForward.objects.exists()


def test_messages_go_over_udp_too():
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        configuration.set("audit_log_forward_endpoint", f"udp://127.0.0.1:{receiver.getsockname()[1]}", by=SYSTEM)
        assert forward() == 1
        assert b"update_configuration" in receiver.recv(65536)


def test_where_only_the_server_keeps_records_they_stay_until_it_has_them(receiver):
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    forward()
    configuration.set("skip_audit_log_database", True, by=SYSTEM)
    audit.record(SYSTEM, "create", "tag", "app:1")
    assert AuditRecord.objects.count() == 3
    assert forward() == 2
    assert [record.sequence for record in AuditRecord.objects.all()] == [1]
    audit.record(SYSTEM, "delete", "tag", "app:1")
    forward()
    assert AuditAnchor.objects.filter(is_purge=True).count() == 1
    assert not [each for each in verification.look() if isinstance(each, verification.Finding)]


def test_no_secret_is_sent(receiver):
    configuration.set("audit_log_forward_endpoint", receiver.endpoint, by=SYSTEM)
    configuration.set("ldap_search_password", "canary-4711", by=SYSTEM)
    forward()
    assert "ldap_search_password = ***" in receiver.lines[-1]
    assert "canary" not in "".join(receiver.lines)


@pytest.mark.parametrize("text", ["logs.example.org", "tcp://logs:10514", "udp://[::1]:514/", "127.0.0.1:1"])
def test_these_are_endpoints(text):
    assert syslog.endpoint(text).port


@pytest.mark.parametrize(
    "text", ["", "http://logs", "tcp://", "tcp://logs:0", "tcp://logs:99999", "tcp://a@b", "tcp://logs:1/x", "a\nb"]
)
def test_these_are_none(text):
    with pytest.raises(Invalid):
        syslog.endpoint(text)

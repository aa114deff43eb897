"""A real directory: OpenLDAP's slapd, with people, groups, groups in groups, and TLS."""

import datetime
import ipaddress
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ldap
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.settings_table import Value
from tests.engines import programs

BASE = "dc=example,dc=org"
ADMIN_DN, ADMIN_PASSWORD = f"cn=admin,{BASE}", "directory-admin"
SEARCHER_DN, SEARCHER_PASSWORD = f"cn=searcher,{BASE}", "canary-searcher-password"
PASSWORD = "Direct-0ry"  # what everybody's is
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
allow bind_anon_cred
sizelimit unlimited
database mdb
maxsize 104857600
suffix "{base}"
rootdn "{admin}"
rootpw {password}
directory {folder}/db
index objectClass,uid,member eq
overlay memberof
memberof-group-oc groupOfNames
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{searcher}" read by * none
"""


@dataclass(frozen=True)
class Authority:
    """A certificate authority of a test's own."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, _certificate("authority", key, "authority", key, is_authority=True))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, folder: Path) -> None:
        """A certificate for 127.0.0.1, with its key, as server.pem and server.key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate("127.0.0.1", key, "authority", self.key)
        (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "server.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "ca.pem").write_text(self.pem)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        built = built.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return built.sign(signer, hashes.SHA256())


@dataclass
class Directory:
    """A running slapd. `url` is the plain one, which takes StartTLS; `secure_url` speaks TLS from the start."""

    url: str
    secure_url: str
    authority: Authority
    process: subprocess.Popen[bytes]
    log: Path

    def settings(self, **changed: Value) -> dict[str, Value]:
        """What a registry has to know of it."""
        wanted: dict[str, Value] = {
            "auth_mode": "ldap_auth",
            "ldap_url": self.url,
            "ldap_search_dn": SEARCHER_DN,
            "ldap_search_password": SEARCHER_PASSWORD,
            "ldap_base_dn": PEOPLE,
            "ldap_uid": "uid",
            "ldap_group_base_dn": GROUPS,
            "ldap_group_search_filter": "(objectClass=groupOfNames)",
            "ldap_timeout": 2,
        }
        return wanted | changed

    def add(self, dn: str, **attributes: str | list[str]) -> None:
        listed = {name: [value] if isinstance(value, str) else value for name, value in attributes.items()}
        with self._as_admin() as connection:
            connection.add_s(dn, [(name, [value.encode() for value in values]) for name, values in listed.items()])

    def add_person(self, uid: str, *, name: str = "", mail: str = "", password: str = PASSWORD) -> str:
        dn = f"uid={uid},{PEOPLE}"
        more = {"mail": mail} if mail else {}
        self.add(dn, objectClass="inetOrgPerson", cn=name or uid, sn=uid, userPassword=password, **more)
        return dn

    def add_group(self, cn: str, *members: str) -> str:
        dn = f"cn={cn},{GROUPS}"
        self.add(dn, objectClass="groupOfNames", member=list(members) or [f"cn=nobody,{BASE}"])
        return dn

    def change(self, dn: str, operation: int, attribute: str, *values: str) -> None:
        """ldap.MOD_ADD, MOD_DELETE or MOD_REPLACE."""
        with self._as_admin() as connection:
            connection.modify_s(dn, [(operation, attribute, [value.encode() for value in values])])

    def delete(self, dn: str) -> None:
        with self._as_admin() as connection:
            connection.delete_s(dn)

    @contextmanager
    def _as_admin(self) -> Iterator[ldap.ldapobject.LDAPObject]:
        connection = ldap.initialize(self.url)
        connection.simple_bind_s(ADMIN_DN, ADMIN_PASSWORD)
        try:
            yield connection
        finally:
            connection.unbind_s()


@contextmanager
def running(folder: Path) -> Iterator[Directory]:
    """A directory that has its base, a searcher, and no people yet."""
    slapd = programs.need("slapd", "slapd")
    authority = Authority.new()
    authority.issue(folder)
    (folder / "db").mkdir()
    configuration = folder / "slapd.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, base=BASE, admin=ADMIN_DN, password=ADMIN_PASSWORD, searcher=SEARCHER_DN)
    )
    url, secure_url = (f"{scheme}://127.0.0.1:{programs.free_port()}" for scheme in ("ldap", "ldaps"))
    log = folder / "slapd.log"
    command: list[str | Path] = [slapd, "-h", f"{url}/ {secure_url}/", "-f", configuration, "-d", "stats"]
    process = programs.start(command, {"PATH": programs.PATH}, log)
    directory = Directory(url, secure_url, authority, process, log)
    try:
        programs.wait_until(lambda: _answers(url), process, log)
        _furnish(directory)
        yield directory
    finally:
        programs.stop(process)


def _answers(url: str) -> bool:
    try:
        connection = ldap.initialize(url)
        connection.simple_bind_s(ADMIN_DN, ADMIN_PASSWORD)
        connection.unbind_s()
    except ldap.LDAPError:
        return False
    return True


def _furnish(directory: Directory) -> None:
    directory.add(BASE, objectClass=["dcObject", "organization"], dc="example", o="Example")
    directory.add(PEOPLE, objectClass="organizationalUnit", ou="people")
    directory.add(GROUPS, objectClass="organizationalUnit", ou="groups")
    directory.add(
        SEARCHER_DN,
        objectClass=["organizationalRole", "simpleSecurityObject"],
        cn="searcher",
        userPassword=SEARCHER_PASSWORD,
    )

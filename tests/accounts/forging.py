"""Tokens as an attacker would write them, or as we would if we erred."""

import base64
import hmac
import json
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from accounts.tokens import keys

ENTRY = {"type": "repository", "name": "library/app", "actions": ["pull"], "pid": 1, "pv": 1}


def payload(**changed: Any) -> dict[str, Any]:
    """The claims of a good token, with some changed; those given as ... are left out."""
    now = int(time.time())
    good = {
        "iss": "roadstead",
        "aud": "harbor-registry",
        "sub": "",
        "jti": "0123456789abcdef",
        "iat": now,
        "nbf": now,
        "exp": now + 1800,
        "kind": "anonymous",
        "id": None,
        "ver": 0,
        "access": [ENTRY],
    }
    return {claim: value for claim, value in {**good, **changed}.items() if value is not ...}


def header(**changed: Any) -> dict[str, Any]:
    return {"alg": "ES256", "typ": "JWT", "kid": keys.signing().kid, **changed}


def signed(claims: object, headers: dict[str, Any] | None = None) -> str:
    """Signed with our own key, whatever it says."""
    return _sign(json.dumps(headers or header()), json.dumps(claims), keys.signing().private)


def signed_by_another(claims: object, headers: dict[str, Any] | None = None) -> str:
    return _sign(json.dumps(headers or header()), json.dumps(claims), OTHER_KEY)


def signed_text(header_text: str, payload_text: str) -> str:
    return _sign(header_text, payload_text, keys.signing().private)


def signed_with_hmac(algorithm: str, key: bytes) -> str:
    """An HMAC under something that everybody knows, such as our public key."""
    parts = f"{encode(json.dumps(header(alg=algorithm)))}.{encode(json.dumps(payload()))}"
    return f"{parts}.{encode(hmac.digest(key, parts.encode(), 'sha256' if algorithm == 'HS256' else 'sha512'))}"


def encode(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _sign(header_text: str, payload_text: str, key: ec.EllipticCurvePrivateKey) -> str:
    parts = f"{encode(header_text)}.{encode(payload_text)}"
    return f"{parts}.{encode(ECAlgorithm(ECAlgorithm.SHA256).sign(parts.encode(), key))}"


OTHER_KEY = ec.generate_private_key(ec.SECP256R1())

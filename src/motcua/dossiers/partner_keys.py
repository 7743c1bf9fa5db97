"""A key of an agency outside the system, as text: `mcp_<mark>_<secret>`; see docs/rules/partner-messages.md."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

_SIGNING = b"motcua.partner.signature"
_METHOD = "hmac-sha256"


def new_key() -> str:
    """Return a new key; its secret has 256 bits."""
    return f"mcp_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def read_key(text: str) -> tuple[str, str]:
    """Return the mark and the secret of a key; two empty texts for what is none."""
    head, _, rest = text.partition("_")
    mark, _, secret = rest.partition("_")
    known = head == "mcp" and mark.isascii() and mark.isalnum() and len(mark) == 12
    return (mark, secret) if known else ("", "")


def secret_digest(secret: str) -> bytes:
    """Return what is kept of a secret: it has too many bits to be guessed, so one hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def signing_key(key: str) -> bytes:
    """Return the key that messages to its holder are signed by; the holder derives it, we keep it sealed."""
    return hmac.new(key.encode(), _SIGNING, hashlib.sha256).digest()


def signed(message: Mapping[str, Any], *, mark: str, by: bytes) -> dict[str, Any]:
    """Return a message with its signature: over the rest, keys sorted, no spaces, UTF-8."""
    value = hmac.new(by, canonical(message), hashlib.sha256).hexdigest()
    return {**message, "signature": {"key": mark, "method": _METHOD, "value": value}}


def signature_holds(message: Mapping[str, Any], *, by: bytes) -> bool:
    """Tell whether a signed message is as it was when it was signed."""
    said = message.get("signature")
    value = said.get("value") if isinstance(said, dict) else None
    rest = {name: message[name] for name in message if name != "signature"}
    expected = hmac.new(by, canonical(rest), hashlib.sha256).hexdigest()
    return isinstance(value, str) and hmac.compare_digest(value.encode(), expected.encode())


def canonical(message: Mapping[str, Any]) -> bytes:
    """Return the bytes that stand for a message of texts, whole numbers, truths, nulls, lists and objects."""
    return json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

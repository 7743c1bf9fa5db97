"""Encryption of identity numbers, with a blind index for look-up."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_VERSION = b"\x01"


@lru_cache(maxsize=8)
def _key(master: str, purpose: str) -> bytes:
    return hmac.new(master.encode(), purpose.encode(), hashlib.sha256).digest()


def seal(text: str) -> bytes:
    """Encrypt `text` (AES-256-GCM); the result is a version byte, the nonce and the ciphertext."""
    nonce = os.urandom(_NONCE)
    cipher = AESGCM(_key(settings.MOTCUA_KEY, "seal"))
    return _VERSION + nonce + cipher.encrypt(nonce, text.encode(), _VERSION)


def unseal(data: bytes | memoryview) -> str:
    """Decrypt what `seal` made; a changed byte raises `cryptography.exceptions.InvalidTag`."""
    raw = bytes(data)
    cipher = AESGCM(_key(settings.MOTCUA_KEY, "seal"))
    return cipher.decrypt(raw[1 : 1 + _NONCE], raw[1 + _NONCE :], raw[:1]).decode()


def blind_index(text: str) -> bytes:
    """Return a keyed digest of `text` (32 bytes): equal texts give equal digests, nothing else is told."""
    return hmac.new(_key(settings.MOTCUA_KEY, "index"), text.encode(), hashlib.sha256).digest()

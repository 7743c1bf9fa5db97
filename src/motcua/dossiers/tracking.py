"""The secret of a QR code, as an address and back."""

import base64
import binascii

from django.conf import settings


def secret_text(secret: bytes) -> str:
    """Return the 128-bit secret as the 22 characters that stand in an address."""
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def read_secret(text: str) -> bytes | None:
    """Return the secret that an address carries, or None if it is none."""
    if len(text) != 22:
        return None
    try:
        return base64.urlsafe_b64decode(text + "==")
    except (binascii.Error, ValueError):
        return None


def address_of(secret: bytes) -> str:
    """Return the full address that the QR code of a dossier opens."""
    return f"{settings.MOTCUA_ADDRESS}/t/{secret_text(secret)}/"

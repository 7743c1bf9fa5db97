"""Vietnamese text: one normal form, one folding for search, and a guess at texts of the old encodings."""

import re
import unicodedata

# Zero-width marks, control characters other than tab and line ends, and marks that turn the direction of text.
_INVISIBLE = dict.fromkeys(
    [
        *(0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD),
        *(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
# Letters that stand for Vietnamese vowels in the 8-bit fonts .VnTime (TCVN3): never neighbours of
# ASCII letters in a Unicode Vietnamese text. Many stand on capital letters: "TrÇn", "ThÞ".
_TCVN3 = re.compile(r"[A-Za-z][¨©ª«¬®¸µ¶·¹]|[¨©ª«¬®¸µ¶·¹][A-Za-z]|Ò[nt]|Ô[nm]|Þ[nu]|®[A-Za-zÞµ¸]|[a-z][Æ-Þ]")
# VNI writes the tone as a second letter: "Nguyeãn", "Vieät", "Traàn".
_VNI = re.compile(
    r"[aeAE][àáâèéêÀÁÂÈÉÊ]|[oO][âÂ]|"
    r"[aeiouyAEIOUY][äãåïöøùûü](?![a-z]*[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ])"
)


def visible(text: str) -> str:
    """Drop zero-width characters and turn no-break spaces into plain ones."""
    return text.translate(_INVISIBLE).replace("\u00a0", " ").replace("\u202f", " ")


def nfc(text: str) -> str:
    """Return the text in Unicode NFC without invisible characters."""
    return unicodedata.normalize("NFC", visible(text))


def fold(text: str) -> str:
    """Fold for search: lower case, no tone or vowel marks, đ to d, words joined by one space."""
    decomposed = unicodedata.normalize("NFD", visible(text).lower()).replace("đ", "d")
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def squeeze(text: str) -> str:
    """Collapse runs of white space into one space and trim."""
    return _SPACES.sub(" ", text).strip()


def legacy_encoding(text: str) -> str | None:
    """Name the old encoding that the text seems to be in: `unreadable`, `tcvn3`, `vni`, or None."""
    if "\ufffd" in text:
        return "unreadable"
    if len(_TCVN3.findall(text)) >= 1 and not _has_vietnamese(text):
        return "tcvn3"
    if len(_VNI.findall(text)) >= 1 and not _has_vietnamese(text):
        return "vni"
    return None


def _has_vietnamese(text: str) -> bool:
    return any(0x1EA0 <= ord(c) <= 0x1EF9 or c in "ăđơưĂĐƠƯ" for c in unicodedata.normalize("NFC", text))


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

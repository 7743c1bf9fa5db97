"""Translations: collect the strings, compile the catalogues, name what is missing; Babel does the work.

`collect` updates the .po files, `compile` writes the .mo files, `missing` prints untranslated strings and
exits with 1 if there are any.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "motcua"
CATALOGUE = SOURCE / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "gettext": None, "ngettext": (1, 2), "gettext_lazy": None, "lazy": None, "_": None,
    "pgettext": ((1, "c"), 2),
}  # fmt: skip


def _template(fileobj, keywords, tags, options) -> Iterator[tuple[int, str, object, list[str]]]:  # type: ignore[no-untyped-def]
    """Let Django turn a template into what Babel's Python extractor reads."""
    from babel.messages.extract import extract_python

    source = templatize(fileobj.read().decode(), origin=fileobj.name)
    yield from extract_python(io.BytesIO(source.encode()), keywords, tags, options)


def collected() -> Catalog:
    """Return every string of the package that is to be translated."""
    if not settings.configured:
        settings.configure()
    found = Catalog(locale="en", project="motcua", charset="utf-8", fuzzy=False)
    method_map = [("**.py", "python"), ("**.html", "tools.messages:_template")]
    sys.path.insert(0, str(ROOT))
    for name, line, text, comments, context in extract_from_dir(
        SOURCE, method_map, keywords=KEYWORDS, options_map={"**.py": {"encoding": "utf-8"}}
    ):
        found.add(text, None, [(f"src/motcua/{name}", line)], auto_comments=comments, context=context)
    return found


def known() -> Catalog:
    """Return the catalogue as it is kept."""
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="motcua", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return pofile.read_po(file, locale="en")


def collect() -> None:
    """Bring the kept catalogue up to date with the source; what left the source is dropped."""
    catalogue = known()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# English texts of Một Cửa."
    catalogue.project, catalogue.version, catalogue.last_translator = "motcua", "0.1", "Một Cửa"
    catalogue.language_team, catalogue.msgid_bugs_address = "Một Cửa", ""
    catalogue.creation_date = catalogue.revision_date = _fixed_date()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        pofile.write_po(file, catalogue, width=110, no_location=True, sort_output=True, omit_header=False)


def _fixed_date() -> datetime:
    # A date that changes at every run would make every commit touch this file.
    return datetime(2026, 1, 1, tzinfo=UTC)


def missing() -> list[str]:
    """Return the strings of the source that have no English."""
    catalogue = known()
    lacking = []
    for message in collected():
        kept: Message | None = catalogue.get(message.id, message.context) if message.id else None
        # A fuzzy entry is a guess that compiling leaves out.
        if message.id and (kept is None or kept.fuzzy or not _whole(kept)):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def _whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def compile_all() -> None:
    """Write the compiled catalogues that Django reads."""
    for path in sorted((SOURCE / "config" / "locale").glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as source:
            catalogue = pofile.read_po(source)
        with path.with_suffix(".mo").open("wb") as target:
            mofile.write_mo(target, catalogue)


def main() -> int:
    """Run one of the three commands."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "collect":
        collect()
    elif command == "compile":
        compile_all()
    elif command == "missing":
        lacking = missing()
        for text in lacking[:20]:
            print(text.replace("\n", "\\n"))
        print(f"{len(lacking)} strings without English")
        return 1 if lacking else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Typesetting of a slip: a template and its data in, a PDF out, with the same bytes for the same data."""

import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
import typst

from motcua.documents.print.wording import printable

TEMPLATES = Path(__file__).parent / "templates"
BUILT_FONTS = Path(__file__).parents[2] / "config" / "static" / "motcua" / "print-fonts"
FONT_VARIABLE = "MOTCUA_PRINT_FONTS"
_FAMILY = "Tinos"

_of_thread = threading.local()


class PrintFontsMissing(RuntimeError):
    """The folder of print fonts is not there or lacks a cut of Tinos; `make setup` builds it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"print fonts ({_FAMILY}, four cuts) are not in {folder}: run `make setup`, "
            f"or name their folder in {FONT_VARIABLE}"
        )
        self.code = "print_fonts_missing"
        self.folder = folder


class TemplateMissing(LookupError):
    """No template of that name is drawn here."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no print template {name!r}")
        self.code = "print_template_missing"
        self.name = name


def typeset(
    template: str,
    data: Mapping[str, object],
    *,
    qr: str | None,
    made_at: datetime | None = None,
    font_folder: Path | None = None,
) -> bytes:
    """The PDF of a template filled with data, its QR code drawn from the text `qr` (None = no code).

    The bytes depend on the arguments only: the document carries no date unless `made_at` (aware) gives one.
    Data reaches the template as JSON, so text is never read as markup. Safe to call from many threads.
    Raises PrintFontsMissing, TemplateMissing, and typst.TypstError for data that lacks a field.
    """
    path = TEMPLATES / f"{template}.typ"
    if not template.isidentifier() or not path.is_file():
        raise TemplateMissing(template)
    inputs = {"data": json.dumps(printable(data), ensure_ascii=False)}
    if qr is not None:
        inputs["qr"] = qr_svg(qr)
        inputs["qr-text"] = qr
    if made_at is not None:
        inputs["dated"] = "yes"
        # A document carries whole seconds; typst refuses less.
        made_at = made_at.replace(microsecond=0)
    made = _compiler(font_folder or _default_folder()).compile(
        input=str(path), format="pdf", sys_inputs=inputs, timestamp=made_at
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__} for {template}, not one PDF")
    return made


def qr_svg(text: str) -> str:
    """A QR code of the text as SVG: error level M, no quiet zone (the template leaves it), one black path."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def _default_folder() -> Path:
    named = os.environ.get(FONT_VARIABLE)
    return Path(named) if named else BUILT_FONTS


def _compiler(folder: Path) -> typst.Compiler:
    # A typst.Compiler may not be entered from two threads ("Already borrowed"), so each thread has its own;
    # the fonts behind them are read once.
    compilers: dict[Path, typst.Compiler] | None = getattr(_of_thread, "compilers", None)
    if compilers is None:
        compilers = _of_thread.compilers = {}
    if folder not in compilers:
        compilers[folder] = typst.Compiler(root=str(TEMPLATES), font_paths=_fonts(folder))
    return compilers[folder]


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    if not folder.is_dir():
        raise PrintFontsMissing(folder)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    cuts = {(font.style, font.weight) for font in fonts.fonts() if font.family == _FAMILY}
    if not {("normal", 400), ("normal", 700), ("italic", 400), ("italic", 700)} <= cuts:
        raise PrintFontsMissing(folder)
    return fonts

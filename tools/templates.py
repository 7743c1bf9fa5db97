"""Compile every template of the package: a broken tag or include is found before a person finds it."""

import re
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError
from django.template.loader import get_template

SOURCE = Path(__file__).resolve().parents[1] / "src" / "motcua"
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", re.IGNORECASE)


def main() -> int:
    """Compile, and refuse inline script or style, which the content security policy would block."""
    django.setup()
    faults = []
    paths = sorted(SOURCE.glob("*/templates/**/*.html"))
    for path in paths:
        name = str(path).split("/templates/", 1)[1]
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            faults.append(f"{name}: {error}")
        if found := _INLINE.search(path.read_text()):
            faults.append(f"{name}: inline script or style: {found.group()!r}")
    for fault in faults:
        print(fault)
    print(f"{len(paths)} templates, {len(faults)} faults")
    return 1 if faults or not paths else 0


if __name__ == "__main__":
    sys.exit(main())

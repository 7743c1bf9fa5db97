"""Where this machine keeps what the product keeps."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = PACKAGE.parents[1]


def data_folder() -> Path:
    """Return the folder of everything that is kept: `MOTCUA_DATA`, else `.motcua` in the checkout.

    An installed package has no checkout: then it is `~/.local/share/motcua`.
    """
    if given := os.environ.get("MOTCUA_DATA"):
        return Path(given).resolve()
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / ".motcua"
    return Path.home() / ".local" / "share" / "motcua"

"""An invented file of old and new units in the layout of the real one, for where that is not at hand."""

import json
from pathlib import Path
from typing import Any

_DISTRICTS, _COMMUNES = 11, 14
# So many old communes become one; of so many one is divided between its own successor and the next.
_INTO_ONE, _DIVIDED_OF = 3, 20


def write_invented(path: Path, provinces: int) -> None:
    """Write a file with so many old provinces, two of which become one; each has the districts of a real one."""
    path.write_text(json.dumps(_content(provinces)), encoding="utf-8")


def _content(provinces: int) -> dict[str, Any]:
    of_province: dict[str, list[str]] = {}
    whole: dict[str, dict[str, list[str]]] = {}
    divided: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for number in range(provinces):
        province, to = f"tinh{number:02}", f"tinh{number - number % 2:02}"
        of_province.setdefault(to, []).append(province)
        for turn in range(_DISTRICTS * _COMMUNES):
            key = f"{province}_huyen{turn // _COMMUNES:02}_xa{turn % _COMMUNES:02}"
            ward = f"xa{number:02}x{turn // _INTO_ONE:03}"
            if turn % _DIVIDED_OF:
                whole.setdefault(to, {}).setdefault(ward, []).append(key)
            else:
                after = f"xa{number:02}x{turn // _INTO_ONE + 1:03}"
                parts = [{"newWardKey": name, "isDefaultNewWard": name == ward} for name in (ward, after)]
                divided.setdefault(to, {})[key] = parts
    return {
        "DICT_PROVINCE": of_province,
        "DICT_PROVINCE_WARD_NO_DIVIDED": whole,
        "DICT_PROVINCE_WARD_DIVIDED": divided,
    }

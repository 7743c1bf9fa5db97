"""An invented file of old and new units: two provinces become one, a third goes on alone, two communes are divided."""

import json
from pathlib import Path
from typing import Any


def said() -> dict[str, Any]:
    """Return the content of the file."""
    return {
        "DICT_PROVINCE": {"tinhdong": ["tinhdong", "tinhtay"], "thanhphobien": ["thanhphobien"]},
        "DICT_PROVINCE_WARD_NO_DIVIDED": {
            "tinhdong": {
                "xahoa": ["tinhdong_huyenmot_xahoa", "tinhdong_huyenmot_xalan", "tinhtay_huyenba_thitrancuc"],
                "phuongmai": ["tinhdong_thanhphohai_phuongmai", "tinhdong_thanhphohai_phuongđào"],
                "xadao": ["tinhtay_huyenba_xadao"],
            },
            "thanhphobien": {
                "phuongsong": ["thanhphobien_quannam_phuongsong", "thanhphobien_quannam_phuonggio"],
                "dackhudao": ["thanhphobien_huyendao_"],
            },
        },
        "DICT_PROVINCE_WARD_DIVIDED": {
            "tinhdong": {
                "tinhdong_huyenmot_xatruc": [_part("xahoa"), _part("phuongmai", default=True)],
                "tinhtay_huyenba_xathong": [_part("xathong", default=True), _part("xadao"), _part("xahoa")],
            }
        },
    }


def _part(to: str, *, default: bool = False) -> dict[str, Any]:
    return {"newWardKey": to, "isDefaultNewWard": default, "newWardLat": 16.0, "newWardLon": 108.0}


def written(folder: Path, content: Any = None) -> Path:
    """Write a file and return its path."""
    path = folder / "legacy.json"
    path.write_text(json.dumps(said() if content is None else content, ensure_ascii=False), encoding="utf-8")
    return path

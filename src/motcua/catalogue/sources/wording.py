"""Short Vietnamese words for what was read, for the report and for the person who confirms it."""

from collections.abc import Mapping
from typing import Any, Final

_UNITS: Final = {
    "hour": "giờ",
    "working_hour": "giờ làm việc",
    "working_day": "ngày làm việc",
    "calendar_day": "ngày",
    "month": "tháng",
}


def limit_in_words(limit: Mapping[str, Any] | None) -> str:
    """Say a limit of the format in Vietnamese; empty for none."""
    if limit is None:
        return ""
    if limit["unit"] == "same_day":
        after = f", sau {limit['cutoff']} thì ngày làm việc tiếp theo" if limit.get("cutoff") else ""
        return f"trong ngày{after}"
    return f"{limit['amount']} {_UNITS[limit['unit']]}"

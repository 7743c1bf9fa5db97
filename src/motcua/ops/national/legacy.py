"""The administrative units of before and after 1 July 2025, as a file of old and new keys gives them.

The file has keys without codes ("province_district_commune"), so the codes of history are invented here: L for the
units of before, M for those of after, each with running numbers. All totals come from the file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from motcua.kit.text import fold

_PROVINCES, _WHOLE, _DIVIDED = (
    "DICT_PROVINCE",
    "DICT_PROVINCE_WARD_NO_DIVIDED",
    "DICT_PROVINCE_WARD_DIVIDED",
)
# How keys begin by level, the longer word first where one begins like another.
_WORDS = {
    "province": {"thanhpho": "thành phố", "tinh": "tỉnh"},
    "district": {"thanhpho": "thành phố", "thixa": "thị xã", "huyen": "huyện", "quan": "quận"},
    "commune": {"phuong": "phường", "thitran": "thị trấn", "dackhu": "đặc khu", "xa": "xã"},
}


class LegacyUnreadable(Exception):
    """The file cannot be read as one of old and new units; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A province, district or commune with its invented code and the unit above it."""

    code: str
    slug: str
    level: str
    above: "Unit | None" = None

    @property
    def key(self) -> str:
        """The key of its People's Committee: the code, because names that differ only in marks have one slug."""
        return "-".join([*self.code.lower().split("."), *fold(self.slug).split()])

    @property
    def name(self) -> str:
        """The name as far as a key tells it; an island district without communes has none of its own."""
        folded = fold(self.slug)
        if not folded and self.above is not None:
            return f"{self.above.name} (không có xã)"
        for word, said in _WORDS[self.level].items():
            if folded.startswith(word):
                return f"{said} {self.slug[len(word) :]}"
        return self.slug


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a divided commune with its invented code, and the commune that it became part of."""

    code: str
    to: Unit


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an old commune: it went whole to `to`, or in pieces, and `to` has what is not known more finely."""

    unit: Unit
    to: Unit
    pieces: tuple[Piece, ...] = ()

    @property
    def district(self) -> Unit:
        """The district that it lay in."""
        assert self.unit.above is not None
        return self.unit.above


@dataclass(frozen=True)
class Country:
    """The units of before, those of after, and what became of each."""

    provinces: tuple[tuple[Unit, Unit], ...]
    districts: tuple[Unit, ...]
    communes: tuple[Fate, ...]
    new_provinces: tuple[Unit, ...]
    new_communes: tuple[Unit, ...]

    @property
    def old_units(self) -> Iterator[Unit]:
        """Every unit of before, from above."""
        yield from (unit for unit, _ in self.provinces)
        yield from self.districts
        yield from (fate.unit for fate in self.communes)

    @cached_property
    def province_after(self) -> Mapping[str, Unit]:
        """The new province of each old one, by the old one's code."""
        return {unit.code: to for unit, to in self.provinces}

    @property
    def totals(self) -> dict[str, int]:
        """How many of each there are, for the tables."""
        return {
            "old_provinces": len(self.provinces),
            "old_districts": len(self.districts),
            "old_communes": len(self.communes),
            "divided": sum(bool(fate.pieces) for fate in self.communes),
            "new_provinces": len(self.new_provinces),
            "new_communes": len(self.new_communes),
        }


def read_country(path: Path) -> Country:
    """Read the file; `LegacyUnreadable` in one line for one that is absent, damaged or contradicts itself."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise LegacyUnreadable(f"{path}: không đọc được tệp ({fault.strerror}).") from None
    except (ValueError, RecursionError):
        raise LegacyUnreadable(f"{path}: không phải JSON hoặc tệp bị cắt.") from None
    try:
        return _Reading(said).country()
    except LegacyUnreadable as fault:
        raise LegacyUnreadable(f"{path}: {fault}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        # Whatever else a foreign file may hold in place of what is asked for.
        raise LegacyUnreadable(f"{path}: không phải bảng đơn vị cũ và mới.") from None


class _Reading:
    """One reading of the file: it numbers the units in the order of their keys."""

    def __init__(self, said: Any) -> None:
        if not isinstance(said, dict) or any(not isinstance(said.get(name), dict) for name in _TABLES):
            raise LegacyUnreadable(f"thiếu bảng {', '.join(_TABLES)}.")
        self._of_province: dict[str, list[str]] = said[_PROVINCES]
        self._whole: dict[str, dict[str, list[str]]] = said[_WHOLE]
        self._divided: dict[str, dict[str, list[dict[str, Any]]]] = said[_DIVIDED]

    def country(self) -> Country:
        """Return the whole of it."""
        new = {slug: Unit(f"M{n:02}", slug, "province") for n, slug in _numbered(self._of_province)}
        new_communes = dict(self._new_communes(new))
        after = self._old_provinces(new)
        old = {slug: Unit(f"L{n:02}", slug, "province") for n, slug in _numbered(after)}
        whole = dict(self._went_whole())
        divided = {key: (p, parts) for p, rows in self._divided.items() for key, parts in rows.items()}
        if both := whole.keys() & divided.keys():
            raise LegacyUnreadable(f"{min(both)}: vừa chuyển nguyên vừa bị chia.")
        units = _old_communes([*whole, *divided], old)
        fates = [
            Fate(unit, new_communes[whole[key]])
            if key in whole
            else _fate(unit, key, *divided[key], new_communes)
            for key, unit in units.items()
        ]
        for fate in fates:
            _same_province(fate, after)
        districts = {fate.district.code: fate.district for fate in fates}
        return Country(
            tuple((old[slug], province) for slug, province in sorted(after.items())),
            tuple(districts.values()),
            tuple(fates),
            tuple(new.values()),
            tuple(new_communes.values()),
        )

    def _old_provinces(self, new: Mapping[str, Unit]) -> dict[str, Unit]:
        after: dict[str, Unit] = {}
        for slug, sources in self._of_province.items():
            for source in sources:
                if source in after:
                    raise LegacyUnreadable(f"{source}: tỉnh cũ được nêu hai lần.")
                after[source] = new[slug]
        return after

    def _new_communes(self, new: Mapping[str, Unit]) -> Iterator[tuple[tuple[str, str], Unit]]:
        found: dict[str, set[str]] = {slug: set() for slug in new}
        for slug, rows in self._whole.items():
            found[slug].update(rows)
        for slug, divided in self._divided.items():
            found[slug].update(part["newWardKey"] for parts in divided.values() for part in parts)
        for slug, wards in found.items():
            for n, ward in _numbered(wards):
                yield (slug, ward), Unit(f"{new[slug].code}.{n:03}", ward, "commune", new[slug])

    def _went_whole(self) -> Iterator[tuple[str, tuple[str, str]]]:
        seen: set[str] = set()
        for slug, rows in self._whole.items():
            for ward, sources in rows.items():
                for source in sources:
                    if source in seen:
                        raise LegacyUnreadable(f"{source}: xã cũ được nêu hai lần.")
                    seen.add(source)
                    yield source, (slug, ward)


_TABLES = (_PROVINCES, _WHOLE, _DIVIDED)


def _numbered(slugs: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((n, slug) for n, slug in enumerate(sorted(slugs), 1))


def _old_communes(keys: Iterable[str], provinces: Mapping[str, Unit]) -> dict[str, Unit]:
    """Return the old communes by their keys, each in its district, which is known by them alone."""
    districts: dict[str, Unit] = {}
    of_province: dict[str, int] = {}
    of_district: dict[str, int] = {}
    found: dict[str, Unit] = {}
    for key in sorted(keys):
        parts = key.split("_")
        if len(parts) != 3 or parts[0] not in provinces or not parts[1]:
            raise LegacyUnreadable(f"{key}: không phải khóa tỉnh_huyện_xã của một tỉnh cũ.")
        above = f"{parts[0]}_{parts[1]}"
        if above not in districts:
            number = of_province[parts[0]] = of_province.get(parts[0], 0) + 1
            province = provinces[parts[0]]
            districts[above] = Unit(f"{province.code}.{number:02}", parts[1], "district", province)
        number = of_district[above] = of_district.get(above, 0) + 1
        district = districts[above]
        found[key] = Unit(f"{district.code}.{number:03}", parts[2], "commune", district)
    return found


def _fate(
    unit: Unit,
    key: str,
    province: str,
    parts: list[dict[str, Any]],
    communes: Mapping[tuple[str, str], Unit],
) -> Fate:
    pieces = tuple(
        Piece(f"{unit.code}.{n}", communes[province, part["newWardKey"]]) for n, part in enumerate(parts, 1)
    )
    rest = [piece.to for piece, part in zip(pieces, parts, strict=True) if part.get("isDefaultNewWard")]
    if len(rest) != 1 or len({piece.to.code for piece in pieces}) != len(pieces):
        raise LegacyUnreadable(f"{key}: xã bị chia phải có đúng một đơn vị kế thừa mặc định.")
    return Fate(unit, rest[0], pieces)


def _same_province(fate: Fate, after: Mapping[str, Unit]) -> None:
    province = fate.district.above
    assert province is not None
    if fate.to.above != after[province.slug]:
        raise LegacyUnreadable(
            f"{fate.unit.code}: xã {fate.unit.slug} sang một tỉnh mà tỉnh cũ không nhập vào."
        )

"""The catalogue: immutable versions, the one in force, and a search that forgives."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from motcua.catalogue import queries
from motcua.catalogue.actions import publish_version
from motcua.catalogue.format import FormatFault, library_contents
from motcua.catalogue.models import Procedure, ProcedureVersion
from motcua.journal.events import SYSTEM
from motcua.journal.models import Event
from motcua.journal.queries import history_of
from tests.world import World, a_procedure

DAY = date(2026, 11, 6)


def test_the_same_content_publishes_one_version(world: World) -> None:
    before = Event.objects.count()
    again = publish_version(a_procedure(), by=SYSTEM, at=world.at)
    shuffled = dict(reversed(a_procedure().items()))

    assert again == publish_version(shuffled, by=SYSTEM, at=world.at) == world.procedure.id
    assert (ProcedureVersion.objects.count(), Event.objects.count()) == (1, before)


def test_a_change_publishes_the_next_version_and_going_back_one_more(world: World) -> None:
    other = a_procedure(keywords=["khác"])
    numbers = [world.publish(content).number for content in (other, a_procedure(), a_procedure())]

    assert numbers == [2, 3, 3]
    last = history_of(world.procedure.procedure_id)[-1]
    row = ProcedureVersion.objects.get(number=3)
    assert (last.data["number"], last.data["digest"]) == (3, row.digest)


def test_bad_content_publishes_nothing(world: World) -> None:
    with pytest.raises(FormatFault):
        world.publish(a_procedure("9.000020", levels=["sao Hỏa"]))
    assert not Procedure.objects.filter(code="9.000020").exists()


def test_a_published_version_is_neither_changed_nor_removed(world: World) -> None:
    version = ProcedureVersion.objects.get()
    version.name_vi = "Tên khác"
    for change in (version.save, version.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert queries.published(world.procedure.id).record.name.vi == "Xác nhận thử nghiệm"


def test_the_version_in_force_is_the_newest_whose_day_has_come(world: World) -> None:
    second = world.publish(a_procedure(effective_from="2026-11-07"))
    third = world.publish(a_procedure(effective_from="2026-12-01", keywords=["ba"]))

    def found(day: date) -> Any:
        return queries.current_version("9.000001", on=day)

    assert found(date(2025, 6, 30)) is None
    assert found(DAY) == world.procedure
    assert found(date(2026, 11, 7)) == second
    assert found(date(2027, 1, 1)) == third
    assert found(date(2027, 1, 1)).record.keywords == ("ba",)
    assert queries.current_version("khong.co", on=DAY) is None
    assert queries.newest_of(world.procedure.procedure_id, on=date(2026, 11, 30)) == second.id
    assert queries.version_in_force(world.procedure.procedure_id, on=DAY) == world.procedure.id


def test_a_withdrawn_procedure_is_nowhere_from_its_day_on(world: World) -> None:
    Procedure.objects.filter(code="9.000001").update(withdrawn_on=date(2026, 11, 7))
    for day, there in ((DAY, True), (date(2026, 11, 7), False)):
        assert (queries.current_version("9.000001", on=day) is not None) is there
        assert (queries.version_in_force(world.procedure.procedure_id, on=day) is not None) is there
        assert bool(queries.search("9.000001", on=day)) is there
        assert queries.procedure_count(on=day) == int(there)
        assert bool(queries.domains(on=day)) is there


@pytest.fixture
def library(world: World) -> World:
    """The real procedures that come with the package."""
    for content in library_contents():
        world.publish(content)
    return world


def _codes(text: str, **narrow: str) -> list[str]:
    return [row.code for row in queries.search(text, on=DAY, **narrow)]


_TYPED = (
    ("đăng ký khai sinh", "1.001193"),
    ("dang ky khai sinh", "1.001193"),
    ("ĐĂNG KÝ KHAI SINH", "1.001193"),
    ("đăng kí khai sịnh", "1.001193"),  # tones typed wrongly
    ("khai sinh đăng ký", "1.001193"),  # another order
    ("khai  sinh\u00a0", "1.001193"),
    ("dăng ky khái sính", "1.001193"),
    ("đang ký khia sinh", "1.001193"),  # letters typed wrongly
    ("dang ky ket hn", "1.000894"),
    ("kết hôn", "1.000894"),
    ("khai tử", "1.000656"),
    ("1.001193", "1.001193"),
    ("2.000815", "2.000815"),
    ("birth registration", "1.001193"),
)


def test_the_search_finds_what_people_type(library: World) -> None:
    missed = {text: _codes(text)[:5] for text, code in _TYPED if code not in _codes(text)[:5]}
    assert missed == {}
    assert _codes("1.001193")[0] == "1.001193"
    assert _codes("xyzzy qwerty") == []
    assert _codes("' OR 1=1 --") == _codes("or 1 1")
    assert _codes("100%") == _codes("100")


def test_a_name_that_begins_with_the_words_comes_before_one_that_only_holds_them(world: World) -> None:
    for code, name in (
        ("9.000030", "Cấp lại giấy phép xây nhà"),
        ("9.000031", "Giấy phép xây nhà"),
        ("9.000032", "Nhà xây theo giấy phép"),
    ):
        world.publish(a_procedure(code, name={"vi": name, "en": name}, keywords=["khác"]))
    assert _codes("giay phep xay nha") == ["9.000031", "9.000030", "9.000032"]


def test_a_search_is_narrowed_by_domain_and_level_as_the_domains_count(library: World) -> None:
    everything = _codes("", level="commune")
    assert "1.001193" in everything
    rows = queries.search("", on=DAY, domain="ho-tich", most=200)
    assert rows
    assert {row.domain_key for row in rows} == {"ho-tich"}
    assert all("province" in row.levels for row in queries.search("", on=DAY, level="province", most=200))
    counted = {key: number for key, _, _, number in queries.domains(on=DAY)}
    assert sum(counted.values()) == queries.procedure_count(on=DAY) >= 60
    for key, number in counted.items():
        assert len(queries.search("", on=DAY, domain=key, most=200)) == number


def test_a_list_names_procedures_in_the_readers_language(world: World) -> None:
    [row] = queries.search("thu nghiem", on=DAY)
    assert (row.name("vi"), row.name("en")) == ("Xác nhận thử nghiệm", "Trial confirmation")
    assert world.procedure.name("en") == "Trial confirmation"

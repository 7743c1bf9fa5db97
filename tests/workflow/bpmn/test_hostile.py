"""Files that want too much: refused at once, with little memory, and nothing outside them opened."""

import time
import tracemalloc
from pathlib import Path

import pytest

from motcua.workflow.bpmn import read_bpmn
from motcua.workflow.bpmn.parsing import MOST_BYTES, MOST_ELEMENTS
from tests.workflow.bpmn.samples import SPACES, TASK, document, refused

HEAD = '<?xml version="1.0" encoding="{}"?>'
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n' + document().replace('"Bước"', '"&b;"')


def test_a_bomb_of_entities_is_refused_at_its_first_line() -> None:
    assert refused(BOMB) == ("doctype", 1)
    assert refused("\n\n" + BOMB.replace('"ha"', f'"{"ha" * 1000}"')) == ("doctype", 3)


def test_nothing_outside_the_file_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for doctype in (
        f'<!DOCTYPE x SYSTEM "{secret.as_uri()}">',
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>',
    ):
        assert refused(doctype + document().replace('"Bước"', '"&a;"')) == ("doctype", 1)


def test_an_entity_that_nobody_declared_is_no_xml() -> None:
    assert refused(document(TASK.format("", "&a;")))[0] == "not_xml"
    assert read_bpmn(document().replace("Bước", "&lt;&#x1EDB;&gt;")).nodes[1].title_vi == "<ớ>"


@pytest.mark.parametrize(
    "data",
    [
        document().encode("utf-16"), document().encode("utf-8-sig"), document().encode(),
        (HEAD.format("UTF-16") + document()).encode("utf-16"), (HEAD.format("UTF-8") + document()).encode(),
        "\ufeff" + document(), HEAD.format("UTF-16") + document(),
    ],
)  # fmt: skip
def test_the_usual_encodings_are_read(data: bytes | str) -> None:
    assert read_bpmn(data).nodes[1].title_vi == "Bước"


@pytest.mark.parametrize("encoding", ["nobodys", "rot13", "utf-7", "gb18030", "idna"])
def test_an_encoding_that_cannot_be_read_is_no_xml(encoding: str) -> None:
    assert refused((HEAD.format(encoding) + document()).encode()) == ("not_xml", 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (" \n\t", "empty"), (b"PK\x03\x04", "not_xml"), (b"\xff\xfe", "not_xml"), ("x", "not_xml"),
        (document()[:-3], "not_xml"), (document() + "\0", "not_xml"), ("\ud800", "not_xml"),
        (document().encode("cp1258", "ignore"), "not_xml"), (document() + document(), "not_xml"),
        ("<html/>", "not_bpmn"), ('<definitions xmlns="urn:x"><process/></definitions>', "not_bpmn"),
        (f"<definitions {SPACES}/>", "no_process"),
        (f'<definitions {SPACES}><process id="a"/><process id="b"/></definitions>', "two_processes"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_one_process_is_refused(data: bytes | str, code: str) -> None:
    assert refused(data)[0] == code


def test_a_million_nodes_are_refused_quickly_and_with_little_memory() -> None:
    million = document('<task id="t"/>' * 1_000_000).encode()
    small = document("<a/>" * 1_000_000).encode()[:MOST_BYTES]
    tracemalloc.start()
    began = time.perf_counter()
    codes = [refused(million)[0], refused(small)[0]]
    took, memory = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes == ["too_large", "too_many_elements"]
    assert took < 5
    # The reader keeps what it read, some hundred bytes an element, and never what comes after.
    assert memory < MOST_ELEMENTS * 1_500


def test_more_nodes_than_a_process_has_are_refused() -> None:
    many = "".join(f'<task id="t{number}"/>' for number in range(5_001))
    assert refused(document(many))[0] == "too_many_elements"


def test_what_is_nested_without_end_is_refused() -> None:
    assert refused(document("<subProcess>" * 100_000))[0] == "too_deep"
    assert refused(document(TASK.format("", "<extensionElements>" + "<a>" * 100)))[0] == "too_deep"


def test_huge_attributes_and_texts_are_cut_in_faults() -> None:
    huge = "x" * 1_000_000
    drawing = read_bpmn(document(f'<userTask id="t" name="{huge}" motcua:work="{huge}" other:{huge}="1"/>'))
    assert all(len(str(fact)) <= 80 for fault in drawing.faults for fact in fault.facts.values())
    assert all(len(name) <= 80 for name in drawing.ignored)
    assert len(drawing.nodes[1].title_vi) == 240


def test_a_thousand_faults_are_enough() -> None:
    many = "".join(f'<task id="t{number}"/>' for number in range(3_000))
    assert len(read_bpmn(document(many)).faults) == 1_000

"""What we write is valid by the schema of BPMN 2.0, as the oracle's parser brings it along."""

from random import Random

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from motcua.rules.process import DEFAULT_PROCESS
from motcua.workflow.bpmn import write_bpmn
from tests.rules.process.random_processes import ALL_EXTRAS, sound_process
from tests.workflow.bpmn.test_round_trip import every_field


@pytest.fixture(scope="module")
def validator() -> BpmnValidator:
    return BpmnValidator()


def test_written_files_are_valid_by_the_schema(validator: BpmnValidator) -> None:
    drawn = [sound_process(Random(seed), size=12, extras=ALL_EXTRAS) for seed in range(12)]
    for process in (DEFAULT_PROCESS, every_field(), *drawn):
        validator.validate(etree.fromstring(write_bpmn(process).encode()))


def test_the_validator_would_tell(validator: BpmnValidator) -> None:
    text = (
        write_bpmn(DEFAULT_PROCESS)
        .replace("<bpmn:incoming>", "<bpmn:coming>", 1)
        .replace("</bpmn:incoming>", "</bpmn:coming>", 1)
    )
    with pytest.raises(Exception, match="coming"):
        validator.validate(etree.fromstring(text.encode()))

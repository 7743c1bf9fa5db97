from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.rules.numbering import DossierNumber, NumberRefused, NumberTemplate, acceptable_external
from tests.rules.samples import bounded

DEFAULT = "{agency}-{date:%y%m%d}-{seq:04}"


@pytest.mark.parametrize(
    ("template", "agency", "day", "sequence", "number"),
    [
        (DEFAULT, "H15.2.7", date(2026, 11, 20), 12, "H15.2.7-261120-0012"),
        (DEFAULT, "H15.2.7", date(2026, 11, 20), 12345, "H15.2.7-261120-12345"),
        ("{agency}-{date:%Y%m%d}-{seq:07}", "G09.20", date(2026, 6, 9), 92637, "G09.20-20260609-0092637"),
        ("HS/{seq:3}/{date:%d%m%Y}/{agency}", "H15", date(2026, 1, 2), 7, "HS/007/02012026/H15"),
    ],
)
def test_numbers_are_written_and_read_back(
    template: str, agency: str, day: date, sequence: int, number: str
) -> None:
    sound = NumberTemplate.parse(template)
    assert sound.format(agency=agency, day=day, sequence=sequence) == number
    assert sound.parse_number(number) == DossierNumber(agency, day, sequence)


@pytest.mark.parametrize(
    ("code", "template"),
    [
        ("unbalanced", "{agency}-{date:%y%m%d}-{seq:04"),
        ("unbalanced", "{agency}}-{date:%y%m%d}-{seq:04}"),
        ("unknown_field", "{office}-{date:%y%m%d}-{seq:04}"),
        ("unknown_field", "{agency:5}-{date:%y%m%d}-{seq:04}"),
        ("missing_agency", "{date:%y%m%d}-{seq:04}"),
        ("missing_date", "{agency}-{seq:04}"),
        ("missing_sequence", "{agency}-{date:%y%m%d}"),
        ("missing_agency", ""),
        ("repeated_field", DEFAULT + "-{seq:04}"),
        ("bad_date_format", "{agency}-{date}-{seq:04}"),
        ("bad_date_format", "{agency}-{date:%y%m}-{seq:04}"),
        ("bad_date_format", "{agency}-{date:%y-%m-%d}-{seq:04}"),
        ("bad_date_format", "{agency}-{date:%Y%y%m%d}-{seq:04}"),
        ("bad_sequence_width", "{agency}-{date:%y%m%d}-{seq}"),
        ("bad_sequence_width", "{agency}-{date:%y%m%d}-{seq:12}"),
        ("bad_literal", "hồ sơ {agency}-{date:%y%m%d}-{seq:04}"),
        ("fields_touch", "{agency}{date:%y%m%d}-{seq:04}"),
        ("fields_touch", "{agency}-{date:%y%m%d}-0{seq:04}"),
    ],
)
def test_a_bad_template_is_refused_by_code(code: str, template: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        NumberTemplate.parse(template)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("code", "agency", "day", "sequence"),
    [
        ("bad_agency", "h15", date(2026, 1, 1), 1),
        ("bad_agency", "H15-2", date(2026, 1, 1), 1),
        ("bad_agency", "", date(2026, 1, 1), 1),
        ("bad_sequence", "H15", date(2026, 1, 1), 0),
        ("bad_day", "H15", date(1999, 1, 1), 1),
        ("bad_day", "H15", date(2100, 1, 1), 1),
        ("too_long", "H" * 60, date(2026, 1, 1), 1),
    ],
)
def test_a_number_that_cannot_be_read_back_is_not_written(
    code: str, agency: str, day: date, sequence: int
) -> None:
    with pytest.raises(NumberRefused) as refused:
        NumberTemplate.parse(DEFAULT).format(agency=agency, day=day, sequence=sequence)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    ["", "H15-260231-0001", "H15-261120-001", "H15-261120-00012", "H15-261120-0000", "h15-261120-0001",
     "H15-261120-0001 ", "H15-261120-０００１", "H15/261120/0001"],
)  # fmt: skip
def test_what_was_not_written_here_is_not_read(text: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        NumberTemplate.parse(DEFAULT).parse_number(text)
    assert refused.value.code == "not_this_template"


templates = st.tuples(
    st.permutations(["{agency}", "{date:%y%m%d}", "{seq:04}"]), st.sampled_from("-./"), st.sampled_from("-./")
).map(lambda drawn: f"{drawn[0][0]}{drawn[1]}{drawn[0][1]}{drawn[2]}{drawn[0][2]}")


@bounded
@given(
    templates,
    st.text("0123456789HGM.", min_size=1, max_size=20),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 10**7),
)
def test_every_number_comes_back_and_is_acceptable_elsewhere(
    template: str, agency: str, day: date, sequence: int
) -> None:
    sound = NumberTemplate.parse(template)
    number = sound.format(agency=agency, day=day, sequence=sequence)
    assert sound.parse_number(number) == DossierNumber(agency, day, sequence)
    assert acceptable_external(number)


def test_codes_issued_elsewhere() -> None:
    assert acceptable_external("000.00.34.H34-181203-0012")
    assert acceptable_external("A" * 64)
    for bad in ("", "A" * 65, "h15-1", "H15 1", "H15\n", "H15;DROP"):
        assert not acceptable_external(bad), bad

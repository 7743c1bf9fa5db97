"""Forms of every page: clean texts, faults in the words of the label, dates in three boxes, bounded files."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from motcua.kit import clock
from motcua.kit.forms import (
    DateField,
    ErrorLink,
    PersonalNumberField,
    PhoneField,
    PlainForm,
    UploadField,
    error_list,
    label_inside,
)

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)


class Person(PlainForm):
    full_name = forms.CharField(label="Họ và tên", max_length=20)
    born = DateField(label="Ngày sinh", future=False)


def _born(day: str, month: str, year: str, **options: bool) -> PlainForm:
    class Birth(PlainForm):
        born = DateField(label="Ngày sinh", **options)

    form = Birth({"born-day": day, "born-month": month, "born-year": year})
    with clock.freeze(NOON):
        form.is_valid()
    return form


def _upload(name: str, content: bytes, **options: int) -> PlainForm:
    class Paper(PlainForm):
        paper = UploadField(label="Giấy chứng sinh", **options)

    form = Paper({}, {"paper": SimpleUploadedFile(name, content)})
    form.is_valid()
    return form


def test_texts_are_nfc_and_without_invisible_characters() -> None:
    form = Person(
        {
            "full_name": "Nguye\u0302\u0303n\u200b A\u0301i",
            "born-day": "1",
            "born-month": "2",
            "born-year": "2020",
        }
    )
    assert form.is_valid()
    assert form.cleaned_data["full_name"] == "Nguyễn Ái"


def test_texts_of_a_request_keep_all_their_values() -> None:
    class Pick(PlainForm):
        kinds = forms.MultipleChoiceField(label="Loại", choices=[("á", "A"), ("b", "B")])

    form = Pick(QueryDict("kinds=a%CC%81&kinds=b"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["kinds"] == ["á", "b"]


def test_a_password_is_left_as_typed() -> None:
    class Secret(PlainForm):
        word = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput, strip=False)

    typed = "a\u0301\u200b®×n"
    form = Secret({"word": typed})
    assert form.is_valid()
    assert form.cleaned_data["word"] == typed


@pytest.mark.parametrize(
    ("text", "code"), [("NguyÔn V¨n ¸nh", "tcvn3"), ("Nguyeãn", "vni"), ("Ngu\ufffdn", "unreadable")]
)
def test_old_encodings_are_refused_with_what_to_do(text: str, code: str) -> None:
    form = Person({"full_name": text})
    assert form.has_error("full_name", f"legacy_{code}")
    said = form.errors["full_name"][0]
    assert said.startswith("Họ và tên ")
    assert "gõ lại" in said


def test_faults_say_what_to_do_in_the_words_of_the_label() -> None:
    class Every(PlainForm):
        full_name = forms.CharField(label="Họ và tên")
        ward = forms.ChoiceField(label="Xã, phường", choices=[("1", "Một")])
        agree = forms.BooleanField(label="Tôi đồng ý")
        paper = UploadField(label="Tờ khai")
        tax = forms.CharField(label="Mã số thuế", error_messages={"required": "Thiếu mã số thuế"})

    assert [link.text for link in error_list(Every({}))] == [
        "Nhập họ và tên",
        "Chọn xã, phường",
        "Đánh dấu vào ô “Tôi đồng ý”",
        "Chọn tệp “Tờ khai”",
        "Thiếu mã số thuế",
    ]


def test_a_long_text_is_told_the_limit() -> None:
    form = Person({"full_name": "a" * 21})
    assert form.errors["full_name"] == ["Họ và tên dài quá: rút xuống còn 20 ký tự trở xuống"]


def test_a_label_with_a_per_cent_sign_breaks_no_message() -> None:
    class Share(PlainForm):
        share = forms.CharField(label="Tỷ lệ %", max_length=2)
        kind = forms.ChoiceField(label="Loại %", choices=[("1", "Một")])

    form = Share({"share": "abc", "kind": "9"})
    assert "2 ký tự" in form.errors["share"][0]
    assert form.errors["kind"] == ["Chọn loại trong danh sách"]


def test_a_label_that_opens_with_an_abbreviation_keeps_its_capitals() -> None:
    assert label_inside("UBND xã") == "UBND xã"
    assert label_inside("Đường, phố") == "đường, phố"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("31", "2", "2026"), "no_such_day", "Ngày sinh: tháng 2 năm 2026 chỉ có 28 ngày"),
        (("29", "2", "1900"), "no_such_day", "Ngày sinh: tháng 2 năm 1900 chỉ có 28 ngày"),
        (("32", "1", "2026"), "day", "Ngày sinh: ngày phải là số từ 1 đến 31"),
        (("1", "13", "2026"), "month", "Ngày sinh: tháng phải là số từ 1 đến 12"),
        (("1", "1", "26"), "year", "Ngày sinh: năm phải viết đủ bốn chữ số, ví dụ 1990"),
        (("", "1", "2026"), "incomplete", "Ngày sinh còn thiếu ngày"),
        (("", "1", ""), "incomplete", "Ngày sinh còn thiếu ngày và năm"),
        (("", "", ""), "required", "Nhập ngày sinh"),
        (("11", "3", "2026"), "future", "Ngày sinh không được sau hôm nay, 10/03/2026"),
        (("1", "1", "1899"), "past", "Ngày sinh phải từ 01/01/1900 trở đi"),
    ],
)
def test_each_fault_of_a_date_has_its_own_message(typed: tuple[str, str, str], code: str, said: str) -> None:
    form = _born(*typed, future=False)
    assert form.has_error("born", code)
    assert form.errors["born"] == [said]


def test_a_date_of_today_is_not_in_the_future() -> None:
    assert _born("10", "3", "2026", future=False).cleaned_data["born"] == date(2026, 3, 10)
    assert _born("29", "02", "2000").cleaned_data["born"] == date(2000, 2, 29)


def test_a_date_may_have_to_come() -> None:
    assert _born("9", "3", "2026", past=False).has_error("born", "past")
    assert _born("10", "3", "2026", past=False).is_valid()


def test_an_optional_date_may_stay_empty_but_not_half_empty() -> None:
    assert _born("", "", "", required=False).cleaned_data["born"] is None
    assert _born("1", "", "", required=False).has_error("born", "incomplete")


def test_only_the_faulty_box_is_marked_and_linked() -> None:
    form = _born("31", "2", "2026")
    html = str(form["born"])
    assert html.count('aria-invalid="true"') == 1
    assert (
        html.index('id="id_born-day"') < html.index('aria-invalid="true"') < html.index('id="id_born-month"')
    )
    assert [link.href for link in form.error_links] == ["#id_born-day"]
    assert [link.href for link in _born("1", "", "").error_links] == ["#id_born-month"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0912 345 678", "0912345678"), ("+84 912.345.678", "0912345678"), ("0263-3822-311", "02633822311")],
)
def test_a_phone_number_is_kept_as_bare_digits(typed: str, kept: str) -> None:
    assert PhoneField(label="Điện thoại").clean(typed) == kept


@pytest.mark.parametrize("typed", ["912345678", "09123", "091234567a", "٠٩١٢٣٤٥٦٧٨"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Điện thoại phải có 10 chữ số"):
        PhoneField(label="Điện thoại").clean(typed)


def test_a_personal_number_is_judged_by_its_length_then_by_the_rule() -> None:
    seen: list[tuple[str, date]] = []

    def fault(text: str, *, today: date) -> str | None:
        seen.append((text, today))
        return "province" if text.startswith("999") else None

    field = PersonalNumberField(label="Số định danh", fault=fault)
    with clock.freeze(NOON):
        assert field.clean("068 090 001 234") == "068090001234"
        with pytest.raises(forms.ValidationError) as wrong:
            field.clean("999090001234")
    assert wrong.value.code == "province"
    assert seen[0] == ("068090001234", date(2026, 3, 10))
    with pytest.raises(forms.ValidationError, match="đúng 12 chữ số; bạn đã nhập 11 ký tự"):
        field.clean("06809000123")
    assert len(seen) == 2


def test_left_to_itself_a_personal_number_follows_the_rule_of_the_country() -> None:
    field = PersonalNumberField(label="Số định danh")
    with clock.freeze(NOON), pytest.raises(forms.ValidationError) as wrong:
        field.clean("999090001234")
    assert wrong.value.code == "unknown_province"


def test_a_file_within_the_limits_is_taken_and_can_still_be_read_whole() -> None:
    content = b"%PDF-1.7\n" + b"x" * 100
    form = _upload("giay.pdf", content)
    assert form.is_valid()
    assert form.cleaned_data["paper"].read() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("giay.pdf", b"", "empty"),
        ("giay.exe", b"MZ" + b"\0" * 50, "type"),
        ("giay.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "content"),
        ("giay.pdf", b"%PDF-1.7" + b"x" * 2000, "too_large"),
    ],
)
def test_a_file_beyond_the_limits_is_refused_by_name(name: str, content: bytes, code: str) -> None:
    form = _upload(name, content, limit=1024)
    assert form.has_error("paper", code)
    assert name in form.errors["paper"][0]


def test_the_limits_of_a_file_are_shown_before_choosing_and_tied_to_the_box() -> None:
    class Paper(PlainForm):
        paper = UploadField(label="Tờ khai", media=("application/pdf", "image/png"))

    html = Paper()["paper"].as_field_group()
    assert "Tệp PDF hoặc PNG, không quá 10 MB" in html
    assert 'id="id_paper_helptext"' in html
    assert 'aria-describedby="id_paper_helptext"' in html
    assert 'accept=".pdf,.png"' in html


class Filer(PlainForm):
    who = forms.ChoiceField(
        label="Người nộp", choices=[("me", "Tôi"), ("org", "Tổ chức")], widget=forms.RadioSelect
    )
    tax = forms.CharField(label="Mã số thuế")
    reveals = {"who": {"org": ("tax",)}}
    hints = {"who": {"org": "Doanh nghiệp, hợp tác xã"}}


def test_an_answer_that_was_not_revealed_is_dropped() -> None:
    form = Filer({"who": "me", "tax": "0312"})
    assert form.is_valid()
    assert form.cleaned_data["tax"] is None


def test_a_revealed_answer_is_required_and_drawn_inside_its_choice() -> None:
    form = Filer({"who": "org"})
    assert error_list(form) == [ErrorLink("#id_tax", "Nhập mã số thuế")]
    html = str(form)
    assert html.count('name="tax"') == 1
    assert html.index('id="id_who_1_more"') < html.index('name="tax"')
    assert 'id="id_who_1_hint">Doanh nghiệp, hợp tác xã' in html


def test_a_faulty_field_ties_its_hint_and_its_error_to_the_box() -> None:
    class One(PlainForm):
        full_name = forms.CharField(
            label="Họ & tên", help_text="Như trên <thẻ>", widget=forms.TextInput({"class": "wide"})
        )

    html = One({})["full_name"].as_field_group()
    assert 'aria-describedby="id_full_name_helptext id_full_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="govuk-input wide govuk-input--error"' in html
    assert "Như trên &lt;thẻ&gt;" in html
    assert '<label class="govuk-label govuk-label--s" for="id_full_name">Họ &amp; tên</label>' in html
    assert " required" not in html


def test_a_choice_in_fault_is_linked_to_its_first_box() -> None:
    form = Filer({})
    assert form.error_links[0] == ErrorLink("#id_who_0", "Chọn người nộp")
    assert 'id="id_who_0"' in str(form)


def test_faults_of_the_whole_form_stand_first_without_a_link() -> None:
    form = Person({})
    form.add_error(None, "Hồ sơ đã được nộp ở nơi khác")
    assert form.error_links[0] == ErrorLink("", "Hồ sơ đã được nộp ở nơi khác")

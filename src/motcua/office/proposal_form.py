"""The form that decides a proposal of withdrawal."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.forms import DateField, PlainForm


class ProposalForm(PlainForm):
    """Withdraw from a day on, or keep; both rest on something."""

    reveals: ClassVar = {"decision": {"withdraw": ("effective_on",)}}

    decision = forms.ChoiceField(
        label=lazy("Quyết định"),
        choices=[
            ("withdraw", lazy("Bãi bỏ thủ tục")),
            ("keep", lazy("Giữ thủ tục")),
        ],
        widget=forms.RadioSelect,
    )
    effective_on = DateField(
        label=lazy("Bãi bỏ từ ngày"),
        past=False,
        help_text=lazy("Từ ngày này không nhận hồ sơ mới; hồ sơ đã nộp vẫn giải quyết đến cùng."),
    )
    legal_basis = forms.CharField(
        label=lazy("Căn cứ"),
        max_length=240,
        help_text=lazy("Ví dụ: Quyết định 1066/QĐ-BTP ngày 12/5/2025; hoặc lý do giữ lại"),
    )

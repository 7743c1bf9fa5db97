"""The form of one post in a plan: what it is, whose work it takes over, and who is in it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.text import fold
from motcua.office import organisation_words as say
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.plan_forms import LineForm, agency_box, kind_choices
from motcua.office.plan_frame import Said
from motcua.organisation.plan_words import FUNCTIONS
from motcua.organisation.queries.structure import StaffedPost, staffed_posts

# No user name begins like this.
_KEEP, _NOBODY = "", "-"
_MOST_AGENCIES = 60
_LONGEST_KEY = 60


def predecessors_in(operations: Iterable[Said], successor: str) -> list[str]:
    """Return the agencies that one follows by these lines; with an empty key all that anybody follows."""
    found: dict[str, None] = {}
    for said in operations:
        for before, after in _pairs(said):
            if before != after and (not successor or after == successor):
                found[before] = None
    return list(found)


def _pairs(said: Said) -> list[tuple[str, str]]:
    if said["op"] == "merge":
        return [(key, said["into"]) for key in said["from"]]
    if said["op"] == "split":
        return [(said["agency"], to) for to in (*(part["to"] for part in said["parts"]), said["rest"])]
    if said["op"] == "dissolve" and said.get("successor"):
        return [(said["agency"], said["successor"])]
    return [(said["from"], said["to"])] if said["op"] == "transfer" else []


class PostForm(LineForm):
    """A post, new or there already."""

    op = "post"
    boxes = {"agency": (True, "")}
    folded = ("title_en", "key")

    agency = agency_box(lazy("Cơ quan"))
    title_vi = text_box(
        lazy("Chức danh"), max_length=160, help_text=lazy("Vị trí đã có thì để trống là giữ như cũ")
    )
    function = quiet(forms.ChoiceField(label=lazy("Nhóm việc"), required=False))
    roles = quiet(
        forms.MultipleChoiceField(
            label=lazy("Quyền đối với cơ quan"),
            choices=list(say.ROLES.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    )
    sources = quiet(
        forms.MultipleChoiceField(
            label=lazy("Nhận việc của các vị trí"), widget=forms.CheckboxSelectMultiple, required=False
        )
    )
    holder = quiet(forms.ChoiceField(label=lazy("Người giữ"), required=False))
    title_en = text_box(lazy("Chức danh tiếng Anh"), max_length=160)
    key = text_box(lazy("Khóa của vị trí"), max_length=80, help_text=lazy("Để trống thì lấy theo chức danh"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agency = str(self["agency"].value() or "")
        before = predecessors_in(self.offered.operations, agency)[:_MOST_AGENCIES]
        posts = staffed_posts([*before, *([agency] if agency else [])], on=self.offered.eve)
        self._offer("function", kind_choices(FUNCTIONS))
        self._offer("sources", self._sources(posts, agency))
        self._offer("holder", self._people(posts))
        if not self._choices("sources"):
            del self.fields["sources"]

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        box = self.fields[name]
        assert isinstance(box, forms.ChoiceField)
        kept = self.initial.get(name) or ()
        for value in [kept] if isinstance(kept, str) else kept:
            if value not in dict(choices):
                choices = [*choices, (value, value)]
        box.choices = choices

    def _choices(self, name: str) -> list[Any]:
        box = self.fields[name]
        assert isinstance(box, forms.ChoiceField)
        return list(box.choices)  # type: ignore[arg-type]

    def _sources(self, posts: Iterable[StaffedPost], agency: str) -> list[tuple[str, str]]:
        names = self.offered.names
        return [
            (post.full_key, f"{post.title_vi}, {names.get(post.agency_key, post.agency_key)}" + _held(post))
            for post in posts
            if post.agency_key != agency
        ]

    def _people(self, posts: Iterable[StaffedPost]) -> list[tuple[str, Any]]:
        people = {post.username: post.name for post in posts if post.username}
        usual = [
            (_KEEP, _("Người đang giữ; vị trí mới thì người giữ vị trí cũ đầu tiên")),
            (_NOBODY, _("Chưa có người")),
        ]
        return [*usual, *people.items()]

    def shown(self, said: Said) -> dict[str, Any]:
        """Return a kept line as its boxes show it."""
        holder = (said["holder"] or _NOBODY) if "holder" in said else _KEEP
        return dict(said) | {"sources": list(said.get("from") or ()), "holder": holder}

    def clean(self) -> dict[str, Any]:
        """See that a post is named by its title or its key."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("title_vi") and not given.get("key"):
            self.add_error("title_vi", _("Nhập chức danh"))
        return given

    def lines(self) -> list[Said]:
        """Return the line; a key is made of the title where none was typed."""
        [line] = super().lines()
        holder = line.pop("holder", _KEEP)
        if sources := line.pop("sources", None):
            line["from"] = sources
        if holder != _KEEP:
            line["holder"] = "" if holder == _NOBODY else holder
        line.setdefault("key", self._key(line["agency"], str(line.get("title_vi"))))
        return [line]

    def _key(self, agency: str, title: str) -> str:
        taken = {
            said["key"]
            for said in self.offered.operations
            if said["op"] == "post" and said["agency"] == agency
        }
        taken |= {post.key for post in staffed_posts([agency], on=self.offered.eve)}
        wanted = fold(title).replace(" ", "-")[:_LONGEST_KEY].strip("-") or "vi-tri"
        key, n = wanted, 1
        while key in taken:
            n += 1
            key = f"{wanted}-{n}"
        return key


def _held(post: StaffedPost) -> str:
    return f" ({post.name})" if post.name else _(" (chưa có người)")

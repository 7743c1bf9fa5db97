"""The form in which agencies become one: chosen from a list, with the new name, and their posts taken along."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.kit.text import fold
from motcua.office.calendar_boxes import quiet, text_box
from motcua.office.plan_forms import LineForm, agency_box, desk_named, desk_shown, fresh_key, with_desk
from motcua.office.plan_frame import Said
from motcua.organisation.queries.structure import StaffedPost, staffed_posts

MOST_SHOWN = 40
# Of these an agency has one, whatever its holders are called.
_SINGLE = frozenset({"leader", "head"})
POSTS = {
    "together": lazy("Gộp các vị trí cùng chức danh làm một"),
    "each": lazy("Giữ mọi vị trí, chỉ gộp lãnh đạo và trưởng phòng"),
    "none": lazy("Không, tôi tự ghi từng vị trí"),
}


class MergeForm(LineForm):
    """Agencies that become one, new or one of them."""

    op = "merge"
    boxes = {"into": (True, lazy("Cơ quan mới, ghi tên bên dưới"))}
    folded: Sequence[str] = ("name_en", "short_vi", "desk_name", "desk_address", "desk_phone")

    tim = text_box(lazy("Tìm cơ quan theo tên"), max_length=80)
    sources = quiet(
        forms.MultipleChoiceField(
            label=lazy("Các cơ quan hợp nhất"), widget=forms.CheckboxSelectMultiple, required=False
        )
    )
    into = agency_box(
        lazy("Thành"),
        required=False,
        help_text=lazy("Hoặc chọn một trong các cơ quan trên nếu cơ quan đó tiếp tục hoạt động"),
    )
    name_vi = text_box(lazy("Tên sau khi hợp nhất"), max_length=200)
    code_qd20 = text_box(lazy("Mã định danh (QĐ 20)"), max_length=35)
    name_en = text_box(lazy("Tên tiếng Anh"), max_length=200)
    short_vi = text_box(lazy("Tên ngắn"), max_length=80)
    territory = text_box(
        lazy("Mã đơn vị hành chính"),
        max_length=16,
        help_text=lazy("Mã chưa có trong hệ thống thì thêm thao tác “Đơn vị hành chính mới”"),
    )
    desk_name = text_box(lazy("Tên bộ phận một cửa"), max_length=200)
    desk_address = text_box(lazy("Địa chỉ bộ phận một cửa"), max_length=240)
    desk_phone = text_box(lazy("Điện thoại bộ phận một cửa"), max_length=40)
    posts = forms.ChoiceField(
        label=lazy("Chuyển toàn bộ vị trí việc làm sang"),
        choices=list(POSTS.items()),
        widget=forms.RadioSelect,
        initial="together",
    )
    hints = {
        "posts": {
            "together": lazy("Người giữ vị trí đầu tiên ở lại; người kia được nêu là chưa có vị trí"),
            "each": lazy(
                "Chuyên viên, người tiếp nhận đều có vị trí; lãnh đạo thứ hai được nêu là chưa có vị trí"
            ),
        }
    }

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.said:
            # A kept line is changed by itself: its posts and names stand on lines of their own.
            for name in ("name_vi", "code_qd20", "territory", *self.folded, "posts"):
                del self.fields[name]
            self.folded = ()
            box = self.fields["into"]
            assert isinstance(box, forms.ChoiceField)
            box.choices = self._with_kept("into", self.offered.choices())
        shown = self.fields["sources"]
        assert isinstance(shown, forms.MultipleChoiceField)
        self.left_out, shown.choices = self._shown()

    def shown(self, said: Said) -> dict[str, Any]:
        """Return a kept line as its boxes show it."""
        return {"sources": list(said["from"]), "into": said["into"]} | desk_shown({})

    def _shown(self) -> tuple[int, list[tuple[str, str]]]:
        """Return the agencies with a box to tick: those chosen, then those that the search finds."""
        # What somebody makes up is no choice; what a kept line says stays to be seen.
        there = {*self.offered.living, *(self.initial.get("sources") or ())}
        chosen = [str(key) for key in self["sources"].value() or () if key in there]
        wanted = fold(str(self["tim"].value() or ""))
        names = self.offered.names
        found = [
            key
            for key in self.offered.living
            if key not in chosen and (not wanted or wanted in fold(names[key]))
        ]
        # Communes are what is merged most: they stand first.
        found.sort(key=lambda key: self.offered.living[key].kind != "commune")
        kept = [(key, names.get(key, key)) for key in chosen]
        return max(len(found) - MOST_SHOWN, 0), kept + [(key, names[key]) for key in found[:MOST_SHOWN]]

    def clean(self) -> dict[str, Any]:
        """See that there are agencies to merge, and what they become."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        sources, into = given.get("sources") or [], given.get("into")
        if "sources" not in self.errors and len({*sources, *([into] if into else [])}) < 2:
            self.add_error("sources", ValidationError(_("Chọn ít nhất hai cơ quan"), code="required"))
        if not self.said and not into and not given.get("name_vi"):
            text = _("Nhập tên sau khi hợp nhất, hoặc chọn cơ quan tiếp tục hoạt động ở ô “Thành”")
            self.add_error("name_vi", ValidationError(text, code="required"))
        if self.said and not into:
            self.add_error("into", ValidationError(_("Chọn cơ quan sau khi hợp nhất"), code="required"))
        desk_named(self, given)
        return given

    def lines(self) -> list[Said]:
        """Return the merger, with the new agency or its new name before it and the posts after it."""
        given = self.cleaned_data
        sources, into = list(given["sources"]), given["into"]
        if self.said:
            return [{"op": "merge", "from": sources, "into": into}]
        before, into = ([], into) if into else self._new(sources)
        if given["into"]:
            before = self._changed(into)
        merger = {"op": "merge", "from": sources, "into": into}
        posts = [] if given["posts"] == "none" else self._posts(sources, into)
        return [*before, merger, *posts]

    def _new(self, sources: Sequence[str]) -> tuple[list[Said], str]:
        first = self.offered.living[sources[0]]
        above = self.offered.key_of(first.parent_id)
        key = fresh_key(self.cleaned_data["name_vi"], {*self.offered.living, *self.offered.new})
        told = (
            "name_vi",
            "name_en",
            "short_vi",
            "territory",
            "code_qd20",
            "desk_name",
            "desk_address",
            "desk_phone",
        )
        line: Said = {
            "op": "establish",
            "key": key,
            "kind": first.kind,
            "level": first.level,
            "parent": above,
        }
        line |= {name: self.cleaned_data.get(name) for name in told}
        line = with_desk({name: value for name, value in line.items() if value})
        return [line], key

    def _changed(self, into: str) -> list[Said]:
        """Return what changes of one that goes on: its name, its codes."""
        given = self.cleaned_data
        found: list[Said] = []
        if given.get("name_vi"):
            names = {name: given[name] for name in ("name_vi", "name_en", "short_vi") if given.get(name)}
            found.append({"op": "rename", "agency": into, **names})
        codes = {name: given[name] for name in ("code_qd20", "territory") if given.get(name)}
        if codes:
            found.append({"op": "recode", "agency": into, **codes})
        return found

    def _posts(self, sources: Sequence[str], into: str) -> list[Said]:
        return post_lines(
            staffed_posts([into, *(key for key in sources if key != into)], on=self.offered.eve),
            into,
            each=self.cleaned_data["posts"] == "each",
        )


def post_lines(posts: Iterable[StaffedPost], into: str, *, each: bool) -> list[Said]:
    """Return a line for every post at `into` that takes over the work of posts of agencies that end.

    Posts of one function and title become one, or with `each` only those of which an agency has one. The first that
    somebody holds gives the holder; who held another of them is left without a post.
    """
    posts = list(posts)
    own = [post for post in posts if post.agency_key == into]
    groups: dict[tuple[str, ...], list[StaffedPost]] = {}
    for post in posts:
        if post.agency_key != into:
            groups.setdefault(_alike(post, each), []).append(post)
    taken = {post.key for post in own}
    lines = []
    for alike, group in groups.items():
        there = next((post for post in own if _alike(post, each=False) == alike), None)
        if there is not None:
            said: Said = {"op": "post", "agency": into, "key": there.key}
        else:
            said = {"op": "post", "agency": into, **_new_post(group, taken)}
            taken.add(said["key"])
        lines.append(said | {"from": [post.full_key for post in group]})
    return lines


def _alike(post: StaffedPost, each: bool) -> tuple[str, ...]:
    """Return what posts that become one have in common."""
    if post.function == "leader" and not post.title_vi.lower().startswith("phó "):
        # A title that names the place differs from commune to commune; there is one chairman all the same.
        return (post.function,)
    return (
        post.function,
        post.title_vi,
        *((post.full_key,) if each and post.function not in _SINGLE else ()),
    )


def _new_post(group: Sequence[StaffedPost], taken: Iterable[str]) -> Mapping[str, Any]:
    first, taken = group[0], set(taken)
    key, n = first.key, 1
    while key in taken:
        n += 1
        key = f"{first.key[:70]}-{n}"
    roles = sorted({role for post in group for role in post.roles})
    told = {
        "function": first.function,
        "title_vi": first.title_vi,
        "title_en": first.title_en,
        "roles": roles,
    }
    return {"key": key, **{name: value for name, value in told.items() if value}}

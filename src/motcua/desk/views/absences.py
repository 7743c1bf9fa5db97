"""Who is away and who does whose duties: entered by the person, or by who heads the agency; ended early."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.accounts.queries import actor
from motcua.desk.frame import Officer, frame, officer
from motcua.desk.work_forms import AbsenceForm, DelegationForm
from motcua.dossiers import access, words
from motcua.kit.audience import STAFF, audience
from motcua.kit.forms import PlainForm
from motcua.organisation import actions
from motcua.organisation import words as organisation_words
from motcua.organisation.actions import UnableToArrange
from motcua.organisation.queries import PostFacts, absences_of, delegations_of, posts_of
from motcua.rules.localday import local_day

_DAY = timedelta(days=1)
_PLACES = {
    "period_empty": "last", "period_past": "first", "absence_overlaps": "first", "not_a_colleague": "person",
    "holds_the_post": "person", "delegate_away": "person", "delegated_already": "post",
}  # fmt: skip


def _headed(who: Officer) -> set[UUID]:
    """Return the agencies for whose people this person enters absences and delegations."""
    return who.headed | access.distributing_at(who.duties)


def _posts(who: Officer) -> tuple[list[PostFacts], list[PostFacts]]:
    """Return the posts of the agencies where this person works or that they head, and of these those they answer for."""
    headed = _headed(who)
    places = headed | {duty.post_agency_id for duty in who.duties}
    today = local_day(who.at)
    mine = posts_of(headed, on=today) if headed else []
    everyone = posts_of(places, on=today)
    own = [post for post in everyone if post.holder_id == who.user.id]
    answered = {post.id: post for post in [*own, *mine]}
    return everyone, list(answered.values())


def _title(post: PostFacts) -> str:
    return post.title_en if words.in_english() and post.title_en else post.title_vi


def _people(posts: list[PostFacts], who: Officer) -> dict[str, str]:
    """Return the people of these posts by name, oneself first."""
    found = {str(who.user.id): who.user.full_name}
    for post in sorted(posts, key=lambda post: post.holder_name):
        if post.holder_id:
            found.setdefault(str(post.holder_id), f"{post.holder_name}, {_title(post)}")
    return found


@audience(STAFF)
def absences(request: HttpRequest) -> HttpResponse:
    """Show who is or will be away, of oneself and of the people of the agencies one heads, and enter an absence."""
    who = officer(request)
    people = _people(_posts(who)[1], who)
    form = AbsenceForm(request.POST or None, people=list(people.items()))

    def enter() -> object:
        given = form.cleaned_data
        return actions.note_absence(
            UUID(given["person"]),
            valid_from=given["first"],
            valid_to=given["last"] + _DAY,
            by=actor(who.user),
            at=who.at,
        )

    if request.method == "POST" and _arranged(form, enter):
        messages.success(request, _("Đã ghi. Từ ngày đầu, không việc mới nào giao cho người này."))
        return redirect("desk:absences")
    found = absences_of([UUID(key) for key in people], on=local_day(who.at))
    content = {
        "form": form,
        "rows": [{"row": row, "last": row.valid_to - _DAY} for row in found],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/absences.html", frame(request, who, **content), status=status)


def _arranged(form: PlainForm, deed: Callable[[], object]) -> bool:
    """Do what a whole form asks for; False when it is not whole or refused, and then the form says why."""
    if not form.is_valid():
        return False
    try:
        deed()
    except UnableToArrange as refused:
        place = _PLACES.get(refused.code)
        form.add_error(
            place if place in form.fields else None, organisation_words.refusal(refused.code, refused.facts)
        )
        return False
    return True


@audience(STAFF)
@require_POST
def end_absence(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let a person be back today."""
    who = officer(request)
    people = _people(_posts(who)[1], who)
    known = {row.id for row in absences_of([UUID(key) for key in people], on=local_day(who.at))}
    if id not in known:
        raise Http404
    try:
        actions.end_absence(id, by=actor(who.user), at=who.at)
    except UnableToArrange as refused:
        messages.warning(request, organisation_words.refusal(refused.code, refused.facts))
    else:
        messages.success(request, _("Đã kết thúc. Từ hôm nay người này lại được giao việc."))
    return redirect("desk:absences")


@audience(STAFF)
def delegations(request: HttpRequest) -> HttpResponse:
    """Show who does whose duties, and enter a delegation for one's own posts or those of the agency one heads."""
    who = officer(request)
    everyone, mine = _posts(who)
    posts = [
        (str(post.id), f"{_title(post)}, {post.holder_name}" if post.holder_name else _title(post))
        for post in mine
    ]
    people = [pair for pair in _people(everyone, who).items() if _may_get_one_of(mine, pair[0])]
    form = DelegationForm(request.POST or None, posts=posts, people=people)

    def enter() -> object:
        given = form.cleaned_data
        return actions.arrange_delegation(
            UUID(given["post"]),
            UUID(given["person"]),
            valid_from=given["first"],
            valid_to=given["last"] + _DAY,
            legal_basis=given["legal_basis"],
            by=actor(who.user),
            at=who.at,
        )

    if request.method == "POST" and _arranged(form, enter):
        messages.success(request, _("Đã ủy quyền. Việc mới của vị trí này giao cho người được ủy quyền."))
        return redirect("desk:delegations")
    found = delegations_of([post.id for post in mine], on=local_day(who.at))
    content = {
        "form": form if posts else None,
        "rows": [
            {
                "row": row,
                "post": row.title_en if words.in_english() and row.title_en else row.title_vi,
                "last": row.valid_to - _DAY if row.valid_to else None,
            }
            for row in found
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/delegations.html", frame(request, who, **content), status=status)


def _may_get_one_of(posts: list[PostFacts], person: str) -> bool:
    """Tell whether some of these posts is another's: nobody is delegated to do what is theirs already."""
    return any(str(post.holder_id) != person for post in posts)


@audience(STAFF)
@require_POST
def end_delegation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let a delegation be over today."""
    who = officer(request)
    mine = _posts(who)[1]
    known = {row.id for row in delegations_of([post.id for post in mine], on=local_day(who.at))}
    if id not in known:
        raise Http404
    try:
        actions.end_delegation(id, by=actor(who.user), at=who.at)
    except UnableToArrange as refused:
        messages.warning(request, organisation_words.refusal(refused.code, refused.facts))
    else:
        messages.success(request, _("Đã kết thúc ủy quyền."))
    return redirect("desk:delegations")

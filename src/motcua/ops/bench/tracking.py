"""The tracking page by QR code, against a bare Django view with one indexed look-up and a template."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.urls import reverse

from motcua.dossiers.tracking import secret_text
from motcua.ops.bench.browsing import Caller, Visitor, served
from motcua.ops.bench.copies import copy_dossier
from motcua.ops.bench.plain_site import at_plain_addresses, plain_application
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, Part, Timing, endless, interleaved, repeating

TARGET = 0.60
# Different dossiers in turn, as when a province reloads; each request looks up another row.
_DOSSIERS = 200


def measure(stage: Stage) -> Outcome:
    """Time both pages in process, which is the ratio of record, and over granian, which is told beside it."""
    dossier = stage.world.at_leader()
    secrets = [key.bytes for key in copy_dossier(dossier.id, _DOSSIERS)]
    ours = [reverse("portal:track", args=[secret_text(secret)]) for secret in secrets]
    bare = [f"/plain/{secret.hex()}/" for secret in secrets]
    in_process = _in_process(stage, ours, bare)
    over_socket = _served(stage, ours, bare).as_rate("", target=TARGET)
    aside = (
        f"in process; over granian {over_socket.ours:.0f}/s to {over_socket.yardstick:.0f}/s,"
        f" ratio {over_socket.ratio:.2f}"
    )
    return in_process.as_rate("tracking", target=TARGET, aside=aside)


def _in_process(stage: Stage, ours: list[str], bare: list[str]) -> Timing:
    visitor, plain = stage.visitor(), Visitor(plain_application())
    our_paths, bare_paths = endless(ours), endless(bare)
    by_us = repeating(lambda: visitor.get(next(our_paths)).expected(200))
    by_it = at_plain_addresses(repeating(lambda: plain.get(next(bare_paths)).expected(200)))
    sizes = stage.sizes
    return interleaved(by_us, by_it, rounds=sizes.rounds, each=sizes.pages, warm_up=sizes.warm_up)


def _served(stage: Stage, ours: list[str], bare: list[str]) -> Timing:
    sizes = stage.sizes
    with ExitStack() as stack:
        callers = []
        for application in ("motcua.config.wsgi:application", "motcua.ops.bench.plain_site:application"):
            port, _ = stack.enter_context(served(application))
            callers.append(stack.enter_context(_calling(port)))
        parts = []
        for caller, paths in zip(callers, (endless(ours), endless(bare)), strict=True):
            parts.append(_getting(caller, paths))
        return interleaved(*parts, rounds=sizes.rounds, each=sizes.served, warm_up=sizes.warm_up)


def _getting(caller: Caller, paths: Iterator[str]) -> Part:
    return repeating(lambda: caller.get(next(paths)))


@contextmanager
def _calling(port: int) -> Iterator[Caller]:
    caller = Caller(port)
    try:
        yield caller
    finally:
        caller.close()

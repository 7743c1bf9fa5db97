"""The public page of a procedure, against a bare Django view with one indexed look-up and a template."""

from django.urls import reverse

from motcua.catalogue.queries import every_current
from motcua.ops.bench.browsing import Visitor
from motcua.ops.bench.plain_site import at_plain_addresses, plain_application
from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome, endless, interleaved, repeating
from motcua.rules.localday import local_day

TARGET = 0.50


def measure(stage: Stage) -> Outcome:
    """Time both pages in process over all delivered procedures in turn."""
    known = every_current(on=local_day(stage.world.at))
    ours = endless([reverse("portal:procedure", args=[code]) for code, _ in known])
    bare = endless([f"/plain/procedure/{id}/" for _, id in known])
    visitor, plain = stage.visitor(), Visitor(plain_application())
    sizes = stage.sizes
    timing = interleaved(
        repeating(lambda: visitor.get(next(ours)).expected(200)),
        at_plain_addresses(repeating(lambda: plain.get(next(bare)).expected(200))),
        rounds=sizes.rounds,
        each=sizes.pages,
        warm_up=sizes.warm_up,
    )
    return timing.as_rate("procedure_page", target=TARGET, aside="in process")

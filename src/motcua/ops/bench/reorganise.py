"""Open dossiers of an invented country pass to who follows, against one bare UPDATE of the same rows."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome

TARGET = 6.0
# Also asked, and said beside: a million in so many seconds, no transaction longer, the tracking page no slower.
_SECONDS, _LONGEST, _PAGE = 120, 0.2, 3.0


def measure(stage: Stage) -> Outcome:
    """Run the national test on a country of our own making, in a process and on a ground of its own.

    Not with the million of `motcua world reorganise-2025`, whose building alone takes as long as all other
    measurements.
    """
    sizes = stage.sizes
    found = _run(sizes.provinces, sizes.passing_dossiers)
    took = found["measured"]
    million = took["seconds"] / took["moved"] * 1e6
    aside = (
        f"{took['moved']} dossiers, a million at this pace in {million:.0f} s (aim {_SECONDS}); "
        f"longest transaction {1000 * took['longest']:.0f} ms (at most {1000 * _LONGEST:.0f}); "
        f"tracking page meanwhile {took['page_ratio']:.2f} times its idle {1000 * took['page_idle']:.1f} ms "
        f"(at most {_PAGE:.0f}); {len(found['proof'])} lines of proof hold; "
        "the million itself: motcua world reorganise-2025"
    )
    ratio = took["ratio"]
    return Outcome(
        "reorganise", took["seconds"], took["bare"], "s", ratio, TARGET, False, (ratio, ratio), aside
    )


def _run(provinces: int, dossiers: int) -> dict[str, Any]:
    from motcua.ops.national.invented import write_invented

    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        # The server runs as another user when this runs as root: it must reach its own folder below.
        Path(folder).chmod(0o711)
        file = Path(folder) / "units.json"
        write_invented(file, provinces)
        command = [sys.executable, "-m", "motcua.ops.cli", "world", "reorganise-2025", "--json"]
        done = subprocess.run(
            [*command, "--file", str(file), "--dossiers", str(dossiers)],
            env=os.environ | {"MOTCUA_DATA": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found

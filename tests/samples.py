"""Where the real inputs lie (MOTCUA_SAMPLES); what needs them says so in one line where they are absent."""

import os
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / os.environ.get("MOTCUA_SAMPLES", "../shared/data")
with_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample data (MOTCUA_SAMPLES)")

"""Counter and officer web."""

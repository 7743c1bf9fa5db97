"""The national test: the country of before 1 July 2025 is laid down, reorganised overnight, and the proof is printed."""

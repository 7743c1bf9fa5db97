"""The case: intake, hand-over, decision, return."""

"""Stored files and printed slips."""

"""Append-only record of who did what, and what must leave the house."""

"""Embedded PostgreSQL: found, started, shared, watched and backed up by us."""

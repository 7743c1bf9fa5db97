"""Agencies, posts, territories and grants, every row dated."""

"""Một Cửa: one-stop shop and steering of the administrative reform of a Vietnamese province."""

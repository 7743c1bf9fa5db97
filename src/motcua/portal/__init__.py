"""Citizen web."""

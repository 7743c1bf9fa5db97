"""Readers of foreign catalogues: files in, contents in the project's format out, every uncertainty named."""

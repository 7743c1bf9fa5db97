"""Figures of the reform, each with its dossiers."""

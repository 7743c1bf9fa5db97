"""Printed slips: the dated sets of forms, the data of each slip, and the typesetting to PDF."""

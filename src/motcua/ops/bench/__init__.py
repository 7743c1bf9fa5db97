"""Measurements of the product beside bare yardsticks, as ratios taken in one run on one machine.

Each module named after a measurement has `measure(ground, sizes) -> Outcome`; `yardsticks`, `plain_site` and
`replay` hold the bare ones. Nothing here is a test: a slow machine changes the absolutes, hardly the ratios.
"""

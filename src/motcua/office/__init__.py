"""Reform office web."""

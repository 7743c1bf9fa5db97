"""The law, as pure functions: dates, moves, fees, figures; standard library only."""

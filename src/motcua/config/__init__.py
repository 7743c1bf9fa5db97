"""Settings, urls and wiring."""

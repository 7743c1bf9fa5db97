"""Process versions and tasks."""

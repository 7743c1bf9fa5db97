"""Interface for other systems: agencies outside read their part of a dossier and answer; docs/rules/partner-messages.md."""

"""Technical parts without a domain word."""

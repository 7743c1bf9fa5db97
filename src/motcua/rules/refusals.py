"""What every refusal of a rule has in common: a code, never a sentence."""


class Refusal(Exception):
    """A rule says no; `code` says why, and the interface finds the words for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

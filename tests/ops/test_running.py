"""What `motcua run` prints."""

from motcua.ops.demonstration_accounts import ACCOUNTS
from motcua.ops.running import account_lines


def test_accounts_stand_in_two_columns_however_long_their_names_are() -> None:
    lines = account_lines()
    begins = {line.index(what) for line, (_username, what) in zip(lines, ACCOUNTS, strict=False)}
    assert len(begins) == 1
    assert all(
        line.startswith(f"{username}  ") for line, (username, _what) in zip(lines, ACCOUNTS, strict=False)
    )
    assert ".truongphong" in lines[-1]
    assert ".lanhdao" in lines[-1]

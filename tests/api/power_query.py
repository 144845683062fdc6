"""What can be said of a query in M, Power Query's language, without Excel."""

from __future__ import annotations

import re


def assert_well_formed(code: str) -> None:
    """As M's grammar has it: let, steps with commas between them, in, the last step; strings and brackets that end."""
    plain = re.sub(r'"(?:[^"]|"")*"', '""', code)
    opened: list[str] = []
    for mark in re.findall(r"[()\[\]{}]", plain):
        if mark in "([{":
            opened.append(mark)
        else:
            assert opened.pop() + mark in ("()", "[]", "{}"), code
    assert not opened, code
    assert plain.count('"') % 2 == 0
    steps, told = re.fullmatch(r"let\n(.*)\nin\n    (\w+)", plain, re.DOTALL).groups()  # type: ignore[union-attr]
    named = re.findall(r"^    (\w+) = .*?(,?)$(?=\n    \w|\Z)", steps, re.DOTALL | re.MULTILINE)
    assert [comma for _, comma in named] == [","] * (len(named) - 1) + [""], code
    assert named[-1][0] == told, code


def address_in(code: str) -> str:
    """The one address that it asks."""
    (address,) = re.findall(r'"(http[^"]+)"', code)
    return str(address)

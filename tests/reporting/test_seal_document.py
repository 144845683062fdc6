"""`docs/seal.md`: whoever follows it with `printf` and `sha256sum` comes to what the tracker computes."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields

from reporting.lines import rows
from reporting.lines.book import FORMS
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from tests.reporting.documents import ROOT, blocks_of

DOCUMENT = "docs/seal.md"
COMMANDS = blocks_of(DOCUMENT, "sh")
ANSWERS = blocks_of(DOCUMENT, "text")[-len(COMMANDS) :]


def test_the_commands_of_the_worked_example_answer_what_stands_there() -> None:
    told = [subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True) for command in COMMANDS]

    assert [answer.stdout for answer in told] == ANSWERS
    assert len(COMMANDS) == 4


def test_the_tracker_computes_the_same() -> None:
    public, exempt, line, seal = (answer.split()[0] for answer in ANSWERS)
    hashes = line_hashes('{"number":"1","title":"Homes for everyone"}', "{}", "0" * 64)

    assert (hashes.public, hashes.exempt, hashes.line) == (public, exempt, line)
    assert seal_of(None, [LineOfSeal("aim", "1", hashes.line)]) == seal


def names_in(words: str) -> list[str]:
    return re.findall(r"`(\w+)`", words)


def test_the_fields_of_every_kind_of_line_are_those_that_are_sealed() -> None:
    told = re.findall(r"^\| (`.+`) \| .+ \| (.+) \|$", (ROOT / DOCUMENT).read_text(), re.MULTILINE)
    fields_of = {name: names_in(words) for named, words in told for name in names_in(named)}
    parts = (rows.Sums, rows.Told, rows.Promised, rows.PostLine, rows.Named, rows.Paid, rows.Recommendation)

    for kind, form in FORMS.items():
        assert names_in(dict(told)[f"`{kind.value}`"]) == [field.name for field in fields(form)], kind
    for form in (*parts, rows.Differing):
        assert [field.name for field in fields(form)] in fields_of.values(), form

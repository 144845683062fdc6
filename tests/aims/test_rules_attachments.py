"""How an update's evidence speaks of its files; the examples of docs/rules.md among them."""

import pytest

from aims.rules.attachments import evidence_in_words


@pytest.mark.parametrize(
    ("said", "files", "words"),
    [
        ("", [], ""),
        (" ", ["minutes.pdf"], "See the attached file: minutes.pdf"),
        ("", ["minutes.pdf", "site.png"], "See the attached files: minutes.pdf, site.png"),
        ("Minute 7", ["minutes.pdf"], "Minute 7"),
        ("See the attached file: old.pdf", ["minutes.pdf"], "See the attached file: minutes.pdf"),
        ("See the attached files: old.pdf, older.pdf", [], ""),
    ],
)
def test_files_are_the_evidence_where_the_owner_wrote_none(said: str, files: list[str], words: str) -> None:
    assert evidence_in_words(said, files) == words

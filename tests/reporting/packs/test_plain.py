from __future__ import annotations

import pytest

from reporting.packs.plain import harmless, looks_like_a_formula, plain


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "﹦1", "⁺1", "−5", " =1", "\t=1", "\u200b=1"]
)
def test_what_a_spreadsheet_could_take_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert looks_like_a_formula(text)
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "'=1", "–", "1-2", "£5", "•", "\x00"])
def test_other_words_are_left_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_words_are_printed_without_what_cannot_be_printed() -> None:
    assert plain("\ufeff a\r\nb\rc\x00\x1b\u202e d\ud800 ") == "a\nb\nc d"

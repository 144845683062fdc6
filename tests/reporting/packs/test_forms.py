from __future__ import annotations

import pytest

from reporting.choices import PackFormat
from reporting.packs import forms
from reporting.packs.content import Paper
from reporting.packs.forms import CannotMake, made


def test_a_form_whose_library_cannot_be_loaded_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    def without_pango(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'\nand so on")

    monkeypatch.setattr(forms, "import_module", without_pango)
    with pytest.raises(CannotMake, match=r"^cannot load library 'libpango-1.0-0'$"):
        made(PackFormat.PDF, paper, [])

"""A section as it is being written: its paragraphs get their numbers in turn."""

from __future__ import annotations

from reporting.packs.content import Block, Column, Heading, Kind, Paragraph, Points, Section, Table, Tag, Wall, lines_of


class Writer:
    """Writes one section; `number` is that of a numbered one, a letter for an appendix."""

    def __init__(self, number: int | str, title: str, *, is_wide: bool = False) -> None:
        self.number, self.title, self.is_wide = number, title, is_wide
        self.blocks: list[Block] = []
        self.said = 0

    def say(self, text: str, lead: str = "") -> None:
        """A paragraph for each line of the text; the lead goes before the first."""
        for place, line in enumerate(lines_of(text)):
            self.said += 1
            number = f"{self.number}.{self.said}" if isinstance(self.number, int) else ""
            self.blocks.append(Paragraph(number, line, lead if place == 0 else ""))

    def head(self, text: str, tag: Tag | None = None) -> None:
        """A heading inside the section."""
        self.blocks.append(Heading(text, tag))

    def list(self, *items: tuple[str, str]) -> None:
        """Terms with their sentences; those without any are left out."""
        kept = tuple((term, text) for term, text in items if text)
        if kept:
            self.blocks.append(Points(kept))

    def show(self, block: Table | Wall) -> None:
        """A table, or the wall."""
        self.blocks.append(block)

    def section(self) -> Section:
        """What was written."""
        number = f"{self.number}.0" if isinstance(self.number, int) else f"Appendix {self.number}"
        return Section(number=number, title=self.title, blocks=tuple(self.blocks), is_wide=self.is_wide)


def columns(*given: tuple[str, str] | tuple[str, str, Kind] | tuple[str, str, Kind, bool]) -> tuple[Column, ...]:
    """Columns by name, heading, kind (of words where none is named) and whether only data files show them."""
    return tuple(Column(*one) for one in given)

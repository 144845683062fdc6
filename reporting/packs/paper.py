"""The whole paper, composed from one book: cover, sections, appendices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from aims.rules.wording import in_a_row, long_date
from reporting.lines import Book
from reporting.packs.content import Edition, Paper, Section
from reporting.packs.plain import plain
from reporting.packs.sections.activities import activities, milestones
from reporting.packs.sections.aims import aims
from reporting.packs.sections.asked import asked
from reporting.packs.sections.changes import changes
from reporting.packs.sections.closing import change_log, definitions, exempt_information, made
from reporting.packs.sections.exceptions import exceptions
from reporting.packs.sections.funding import funding
from reporting.packs.sections.position import position

Value = TypeVar("Value")
AUTHORITY = "West Midlands Combined Authority"
LAW = "Schedule 12A of the Local Government Act 1972"


def compose(book: Book, edition: Edition) -> Paper:
    """The paper of this seal for this audience; the book of the public one holds no exempt part."""
    book, edition = printable(book), printable(edition)
    head = book.head
    return Paper(
        edition=edition,
        slug=head.slug,
        authority=AUTHORITY,
        title=book.whole.title,
        subtitle=head.name,
        standing=standing(edition),
        facts=(
            ("Period", f"{head.label}, {long_date(head.starts)} to {long_date(head.ends)}"),
            ("Position as at", long_date(head.as_at)),
            ("Board date", long_date(head.board_on) if head.board_on else "to be fixed"),
            ("Accountable director", head.director or "to be named"),
            ("Access", standing(edition)),
            ("Seal", edition.seal),
        ),
        recommendations=tuple((each.verb.label, each.text) for each in head.recommendations),
        sections=_sections(book, edition),
        is_demonstration=head.is_demonstration,
    )


def _sections(book: Book, edition: Edition) -> tuple[Section, ...]:
    told = (position, changes, exceptions, aims, asked, activities, milestones, funding, change_log, definitions)
    last = (exempt_information(book),) if edition.is_exempt else ()
    return (*(section(book) for section in told), made(book, edition), *last)


def standing(edition: Edition) -> str:
    """Public or exempt, with the paragraphs of the law named."""
    names = in_a_row([str(number) for number in edition.paragraphs])
    of_law = f"paragraph{'s' if len(edition.paragraphs) > 1 else ''} {names} of {LAW}"
    if edition.is_exempt:
        return f"Exempt: not for publication under {of_law}" if names else "Exempt version: not for publication"
    return f"Public. Passages exempt under {of_law} are left out" if names else "Public"


def printable(value: Value) -> Value:
    """The same value with every text in it as files print it."""
    return cast(Value, _printable(value))


def _printable(value: Any) -> Any:
    if type(value) is str:
        return plain(value)
    if isinstance(value, tuple):
        return tuple(map(_printable, value))
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _printable(getattr(value, field.name)) for field in fields(value)})
    return value

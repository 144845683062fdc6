"""The frame of a picture that the server makes, and the words in it.

Places and lengths go from left to right in per cent of the width and from top to bottom in pixels: so words keep their
size on a phone. What has no room there stands twice, as `wide` and as `narrow`; the style sheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reporting.charts.inks import Ink, painted


def picture(*, of: str, title: str, sentence: str, height: float, parts: Iterable[SafeString]) -> SafeString:
    """The parts as one picture, named and described for those who cannot see it; `of` is unique on the page."""
    return format_html(
        '<svg class="picture picture--{0}" width="100%" height="{1}" role="img"'
        ' aria-labelledby="{0}-title {0}-words" font-family="Arial, sans-serif" font-size="16">'
        '<title id="{0}-title">{2}</title><desc id="{0}-words">{3}</desc>{4}</svg>',
        of,
        int(height),
        title,
        sentence,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def group(told: str, *parts: SafeString) -> SafeString:
    """Parts with the words that a pointer brings up."""
    return format_html("<g><title>{}</title>{}</g>", told, format_html_join("", "{}", ((part,) for part in parts)))


def box(ink: Ink, *, left: float, top: float, width: float, height: float) -> SafeString:
    """A rectangle in a status's colours."""
    place = (f"{left:.3f}", f"{top:.1f}", f"{width:.3f}", f"{height:.1f}")
    return format_html('<rect x="{}%" y="{}" width="{}%" height="{}" {}/>', *place, painted(ink))


def line(*, start: float, end: float, top: float, colour: str, width: float = 1, dashes: str = "") -> SafeString:
    """A line across."""
    place = (f"{start:.3f}", f"{end:.3f}", f"{top:.1f}")
    dashed = format_html(' stroke-dasharray="{}"', dashes) if dashes else ""
    return format_html(
        '<line x1="{}%" x2="{}%" y1="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>',
        *place,
        place[2],
        colour,
        width,
        dashed,
    )


def upright(*, at: float, top: float, bottom: float, colour: str, dashes: str = "") -> SafeString:
    """A line from top to bottom."""
    dashed = format_html(' stroke-dasharray="{}"', dashes) if dashes else ""
    place = (f"{at:.3f}", f"{top:.1f}", f"{bottom:.1f}")
    return format_html('<line x1="{0}%" x2="{0}%" y1="{1}" y2="{2}" stroke="{3}"{4}/>', *place, colour, dashed)


def text(
    words: str, *, at: float, top: float, anchor: str = "start", kind: str = "", colour: str = "#0b1f33"
) -> SafeString:
    """Words on a base line; `kind` is any of wide, narrow, strong, small and quiet, with spaces between."""
    classes = " ".join(f"picture__{each}" for each in kind.split())
    return format_html(
        '<text x="{}%" y="{}" text-anchor="{}" fill="{}"{}>{}</text>',
        f"{at:.3f}",
        f"{top:.1f}",
        anchor,
        colour,
        format_html(' class="{}"', classes) if classes else "",
        words,
    )


def both(
    wide: str, narrow: str, *, at: float, top: float, anchor: str = "start", kind: str = "", colour: str = "#0b1f33"
) -> SafeString:
    """Words that are shorter, or none, where there is little room."""
    if not narrow:
        return text(wide, at=at, top=top, anchor=anchor, kind=f"wide {kind}", colour=colour) if wide else SafeString("")
    if wide == narrow:
        return text(wide, at=at, top=top, anchor=anchor, kind=kind, colour=colour)
    return text(wide, at=at, top=top, anchor=anchor, kind=f"wide {kind}", colour=colour) + text(
        narrow, at=at, top=top, anchor=anchor, kind=f"narrow {kind}", colour=colour
    )


def clipped(words: str, characters: int) -> str:
    """The words as far as they fit, cut between two of them."""
    if len(words) <= characters:
        return words
    kept = words[: characters - 1]
    return f"{kept.rsplit(' ', 1)[0].rstrip(' ,;:–')}…"


def key(inks: Iterable[Ink], *, always: bool = False) -> SafeString:
    """What the colours and symbols mean, below the picture: where words have no room in it, or always."""
    items = format_html_join(
        "",
        '<li><svg width="22" height="22" aria-hidden="true"><rect x="1" y="1" width="20" height="20" {}/>'
        '<text x="11" y="16" text-anchor="middle" font-size="14" fill="{}">{}</text></svg>{}</li>',
        ((painted(ink), ink.ink, ink.symbol, ink.label) for ink in inks),
    )
    return format_html('<ul class="picture__key{}">{}</ul>', " picture__key--always" if always else "", items)

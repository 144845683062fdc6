"""What reporting keeps: sums that can be made anew at any time, and sealed reviews that never change."""

from reporting.models.calendar import PreElectionPeriod
from reporting.models.closing import Closing
from reporting.models.decisions import Answer
from reporting.models.feed import EventPosition
from reporting.models.packs import Pack, PackFile
from reporting.models.reviews import Agreement, Erratum, Publication, Review, SealedLine
from reporting.models.sums import Counts, Part, Position, Summary

__all__ = [
    "Agreement",
    "Answer",
    "Closing",
    "Counts",
    "Erratum",
    "EventPosition",
    "Pack",
    "PackFile",
    "Part",
    "Position",
    "PreElectionPeriod",
    "Publication",
    "Review",
    "SealedLine",
    "Summary",
]

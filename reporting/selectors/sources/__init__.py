"""Where figures are told from: a sealed review, the round under way, or the history of an earlier day."""

from reporting.selectors.sources.choosing import shown_source, source_in, teller_for
from reporting.selectors.sources.then import Past
from reporting.selectors.sources.told import PositionTold, Source, SumsTold, Teller

__all__ = ["Past", "PositionTold", "Source", "SumsTold", "Teller", "shown_source", "source_in", "teller_for"]

"""Reviews opened to anyone through the services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reporting.models import Review
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from tests.reporting.sealed import Sealed


def opened(sealed: Sealed, review: Review, at: datetime) -> None:
    """Agreed and published at an instant."""
    given: dict[str, Any] = {"review": review, "by": sealed.people.office, "now": at}
    agree(agreed_on=at.date(), minute_reference="Minute 12", resolution="Agreed.", **given)
    publish(**given)

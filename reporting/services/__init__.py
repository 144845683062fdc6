"""Every write of aggregation: from events, from scratch, and at the close of a round."""

from reporting.services.closing import close_review
from reporting.services.events import process_events
from reporting.services.rebuilding import Drift, check_drift, rebuild, rebuild_all

__all__ = ["Drift", "check_drift", "close_review", "process_events", "rebuild", "rebuild_all"]

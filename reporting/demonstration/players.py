"""One activity's owner and approver, acting through the services; each method is one thing done at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from accounts.models import User
from aims.choices import DateField
from aims.errors import Incomplete
from aims.models import DateChangeRequest, KeyActivity, Milestone, ProgressUpdate
from aims.rules import UpdateValues
from aims.services.dates import add_milestone, complete_milestone, decide_date_change, request_date_change, set_baseline
from aims.services.deciding import approve_update, return_update
from aims.services.writing import repeat_last_update, save_draft, submit_update
from reporting.demonstration.plans import Move, Plan
from reporting.demonstration.stories import Story
from reporting.demonstration.telling import explained

END = 0  # the place of the activity's own end among its promised dates; milestones follow from 1

REASONS = (
    "The partners need one more round of comments before the step can be taken.",
    "The contract was let later than planned, and the steps after it move with it.",
    "The funder moved its own decision, and this step follows it.",
    "A survey found more to do than the first plan had allowed for.",
)
EFFECTS = (
    "No other date moves.",
    "Spending moves to the next quarter; the total is unchanged.",
    "The steps after it keep their dates.",
)
AGREED_NOTE = "Agreed: the new date has been checked with those who depend on it."
DECLINED_NOTE = "Declined: keep the date and report what stands in its way."
EVIDENCE = (
    "Minutes of the programme board.",
    "Signed agreement, on file.",
    "Published on the WMCA website.",
    "Completion note of the project team, checked by the sponsor.",
)


@dataclass(slots=True)
class Player:
    """Plays one story; `dates` and `update` are what it has under way."""

    story: Story
    plan: Plan
    activity: KeyActivity
    owner: User
    approver: User
    milestones: list[Milestone] = field(default_factory=list)
    requests: dict[int, DateChangeRequest] = field(default_factory=dict)
    update: ProgressUpdate | None = None

    def promise(self, at: datetime) -> None:
        """Set the baseline and the milestones."""
        if self.plan.start or self.plan.end:
            set_baseline(activity=self.activity, start=self.plan.start, end=self.plan.end, by=self.owner, now=at)
            self.activity.refresh_from_db(fields=["baseline_start", "baseline_end"])
        self.milestones = [
            add_milestone(activity=self.activity, title=post.title, baseline_date=post.due, by=self.owner, now=at)
            for post in self.plan.mileposts
        ]

    def ask_for(self, place: int, move: Move, at: datetime) -> None:
        """Ask for a new date of the end or of a milestone."""
        rng = Random(f"reason {self.story.number}/{place}")
        self.requests[place] = request_date_change(
            activity=self.activity,
            field=DateField.MILESTONE if place else DateField.END,
            milestone=self.milestones[place - 1] if place else None,
            proposed_date=move.day,
            reason=rng.choice(REASONS),
            effect=rng.choice(EFFECTS),
            by=self.owner,
            now=at,
        )

    def decide(self, place: int, move: Move, at: datetime) -> None:
        """Agree to the new date that was asked for last, or decline it."""
        agreed = bool(move.agreed)
        note = AGREED_NOTE if agreed else DECLINED_NOTE
        decide_date_change(request=self.requests[place], agreed=agreed, note=note, by=self.approver, now=at)

    def reach(self, place: int, at: datetime) -> None:
        """Write down that a milestone was reached."""
        done = self.plan.mileposts[place - 1].done
        if done is None:
            raise ValueError(f"{self.story.number}/{place} is not reached")
        evidence = Random(f"evidence {self.story.number}/{place}").choice(EVIDENCE)
        milestone = self.milestones[place - 1]
        complete_milestone(milestone=milestone, completed_on=done, evidence=evidence, by=self.owner, now=at)

    def draft(self, values: UpdateValues, at: datetime) -> None:
        """Save the update without sending it."""
        self.update = save_draft(activity=self.activity, values=values, version=self._version, by=self.owner, now=at)

    def send(self, values: UpdateValues, at: datetime) -> None:
        """Send the update; where the rating is better than suggested, with the reason that the form then asks for."""
        try:
            self.update = self._submit(values, at)
        except Incomplete as refusal:
            if "override_reason" not in refusal.problems:
                raise
            self.update = self._submit(explained(values, self.story), at)

    def repeat(self, at: datetime) -> None:
        """Send "no change"."""
        self.update = repeat_last_update(activity=self.activity, by=self.owner, now=at)

    def give_back(self, note: str, at: datetime) -> None:
        """Return the update to its owner."""
        self.update = return_update(update=self._sent, note=note, version=self._version, by=self.approver, now=at)

    def sign_off(self, at: datetime) -> None:
        """Approve the update."""
        approve_update(update=self._sent, version=self._version, by=self.approver, now=at)
        self.update = None

    def _submit(self, values: UpdateValues, at: datetime) -> ProgressUpdate:
        return submit_update(activity=self.activity, values=values, version=self._version, by=self.owner, now=at)

    @property
    def _version(self) -> int:
        return self.update.version if self.update else 0

    @property
    def _sent(self) -> ProgressUpdate:
        if self.update is None:
            raise ValueError(f"{self.story.number} has nothing under way")
        return self.update

"""What each field of an update means, for readers of the API."""

from __future__ import annotations

from typing import Any, Final

MEANINGS: Final = {
    "id": "Its reference.",
    "as_at": "The day whose position it tells.",
    "role": "The activity's role when it was written.",
    "kind": "The activity's kind when it was written.",
    "state": "Where the activity stood.",
    "rag": "How confident its delivery was; null where it carries no rating.",
    "forecast_rag": "The rating expected at the end of the next period; null where it carries no rating.",
    "suggested_rag": "The rating that the dates and milestones suggested; null where they suggest none.",
    "suggestion_reason": "Why the system suggested it.",
    "override_reason": "Why the rating is better than suggested; empty where it is not.",
    "narrative": "What happened, in the owner's words.",
    "cause": "Why delivery is at risk; null where it is not.",
    "cause_detail": "The cause in words, where the list had none that fits.",
    "impact": "What follows from it.",
    "action": "What is done about it.",
    "action_by": "The day by which it is done.",
    "return_to_green": "The day on which it is expected on track again.",
    "ask": "What the Board is asked for; empty where nothing is.",
    "decision_on": "The day of the decision to defer or cancel it.",
    "decision_reference": "Where that decision is recorded.",
    "deferred_until": "The day until which it is deferred.",
    "start_reason": "Why it has not started although its planned start has passed.",
    "forecast_end": "The end that its owner expects; null where none was given.",
    "is_no_change": "True where the owner repeated the last update unchanged.",
    "stage": "How far it has come: draft, submitted for approval, approved.",
    "action_owner": "Who acts, as a post or a body.",
    "decision_by": "Who decided to defer or cancel it.",
    "exempt_narrative": "What may not be published, with the paragraph that exempts it.",
    "exempt_paragraph": "The paragraph of Schedule 12A that exempts it.",
    "evidence": "A sentence or a link that shows it.",
    "reported_by": "The organisation whose program reported it; null where a person did.",
    "version": "How often it was saved; it rises with every save.",
    "return_note": "What the approver wants changed; empty unless it was returned.",
    "return_notes": "What the approver wants changed in single fields, by their names; empty unless it was returned.",
    "submitted_at": "When it was sent for approval.",
    "approved_at": "When it was approved.",
}
MEANINGS_OF_DATES: Final = {
    "field": "Which promised date is to move.",
    "milestone": "The milestone, by its place in the activity; null where it is the start or the end.",
    "previous_date": "The day promised now.",
    "proposed_date": "The day asked for.",
    "reason": "Why it has to move.",
    "effect": "What follows from it.",
    "decision": "What became of the request.",
    "requested_at": "When it was asked for.",
    "decided_at": "When it was decided; null until then.",
}
UPDATE_WORDS: dict[str, dict[str, Any]] = {name: {"help_text": meaning} for name, meaning in MEANINGS.items()}

"""Attempts on the files that show what was done."""

from aims.models import EvidenceFile
from tests.constraints.attempts import change, copy, kept
from tests.factories import IN_ROUND, make_milestone, make_user

ANOTHER = {"file": "'other'"}


def make_evidence_file() -> EvidenceFile:
    """A row alone: what the database guards needs no bytes."""
    milestone = make_milestone()
    return EvidenceFile.objects.create(
        activity=milestone.activity,
        milestone=milestone,
        file="ab/abcdef",
        name="minutes.pdf",
        content_type="application/pdf",
        size=1000,
        sha256="0" * 64,
        added_by=make_user(),
        added_at=IN_ROUND,
    )


def make_withdrawn_file() -> EvidenceFile:
    row = make_evidence_file()
    row.withdrawn_by, row.withdrawn_at = row.added_by, IN_ROUND
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return row


ATTEMPTS = [
    copy("evidence_kept_once", make_evidence_file),
    copy("evidence_has_a_name", make_evidence_file, name="' '", **ANOTHER),
    copy("evidence_size_within_limit", make_evidence_file, size="0", **ANOTHER),
    copy("evidence_size_within_limit", make_evidence_file, size="10485761", **ANOTHER),
    copy("evidence_hash_well_formed", make_evidence_file, sha256="'abc'", **ANOTHER),
    copy("evidence_hash_well_formed", make_evidence_file, sha256="upper(repeat('a', 64))", **ANOTHER),
    change("evidence_withdrawn_by_somebody", make_evidence_file, withdrawn_at="now()"),
    change("evidence_withdrawn_by_somebody", make_evidence_file, withdrawn_by_id="added_by_id"),
    change("evidence_append_only", make_evidence_file, name="'other.pdf'"),
    change("evidence_append_only", make_evidence_file, content_type="'text/html'"),
    change("evidence_append_only", make_evidence_file, milestone_id="NULL"),
    change("evidence_filled_once", make_withdrawn_file, withdrawn_by_id="NULL", withdrawn_at="NULL"),
    change("evidence_filled_once", make_withdrawn_file, withdrawn_at="withdrawn_at + interval '1 day'"),
    *kept("evidence", make_evidence_file),
]

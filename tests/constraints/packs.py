"""Attempts on packs and their files: asked for once, written once, kept as they are."""

from datetime import timedelta

from reporting.choices import PackAudience, PackFormat
from reporting.models import Pack, PackFile
from tests.constraints.attempts import change, copy, kept
from tests.constraints.reviews import make_review, never_changed
from tests.factories import IN_ROUND


def make_pack() -> Pack:
    return Pack.objects.create(review=make_review(), errata=0, audience=PackAudience.PUBLIC, asked_at=IN_ROUND)


def make_failed_pack() -> Pack:
    ended = {"finished_at": IN_ROUND + timedelta(minutes=1), "problem": "The disk was full"}
    review = make_review()
    return Pack.objects.create(review=review, errata=0, audience=PackAudience.PUBLIC, asked_at=IN_ROUND, **ended)


def make_pack_file() -> PackFile:
    given = {"name": "review.pdf", "path": "review.pdf", "size": 9, "sha256": "a" * 64}
    return PackFile.objects.create(pack=make_pack(), format=PackFormat.PDF, **given)


ATTEMPTS = [
    copy("one_pack_a_seal", make_pack),
    copy("pack_audience_known", make_pack, audience="'press'"),
    change("pack_that_failed_is_finished", make_pack, problem="'The disk was full'"),
    change("pack_append_only", make_pack, errata="1"),
    change("pack_filled_once", make_failed_pack, problem="'Another'"),
    change("pack_filled_once", make_failed_pack, finished_at="NULL", problem="NULL"),
    *kept("pack", make_pack),
    copy("one_file_a_format", make_pack_file),
    copy("pack_format_known", make_pack_file, format="'exe'"),
    copy("pack_file_has_its_hash", make_pack_file, format="'zip'", sha256="'abc'"),
    *never_changed("pack_file", make_pack_file, size="1"),
]

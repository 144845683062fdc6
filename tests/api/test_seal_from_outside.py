"""`docs/seal.md`: a stranger who pastes its commands computes a published seal again, over HTTP."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime

import pytest
from pytest_django.live_server_helper import LiveServer

from reporting.models import Review, SealedLine
from tests.remembered import guards_put_aside
from tests.reporting.documents import blocks_of
from tests.reporting.published import opened
from tests.reporting.sealed import make_sealed

BLOCKS = blocks_of("docs/seal.md", "bash")


def pasted(tracker: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"TRACKER": tracker, "PERIOD": "2026-27-h1"}
    return subprocess.run(["bash", "-c", "".join(BLOCKS)], env=given, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_the_commands_of_the_document_find_a_review_as_it_was_sealed_and_one_that_was_altered(
    live_server: LiveServer,
) -> None:
    sealed = make_sealed()
    opened(sealed, sealed.review, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    review: Review = sealed.review
    line = review.lines.get(kind="activity", key="1.1.1")

    told = pasted(live_server.url)
    first, row, last = told.stdout.splitlines()
    assert (told.returncode, first) == (0, f"{review.seal}  -"), told.stderr
    assert row == f"{line.hash}  activity 1.1.1"
    assert last == f"{review.line_count} lines make {review.seal} as it was sealed"

    with guards_put_aside():
        SealedLine.objects.filter(pk=line.pk).update(public=line.public.replace("red", "green"))
    altered = pasted(live_server.url)
    assert altered.returncode == 1
    assert f"{line.hash}  activity" not in altered.stdout
    assert altered.stdout.endswith("NOT AS SEALED\n")

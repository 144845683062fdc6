"""The documentation works when it is pasted, against a server that listens, with a real key."""

from __future__ import annotations

import json
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from aims.models import ProgressUpdate
from reporting.services import process_events
from tests.api.power_query import address_in, assert_well_formed
from tests.api.shell import Shell, opened_python, opened_shell
from tests.api.world import World, make_world
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)
BLOCK = re.compile(r'<pre class="code" data-language="(\w+)"><code>(.*?)</code></pre>', re.DOTALL)
WRITES = "key: update:own"


@pytest.fixture
def world(transactional_db: None) -> World:
    return remembered(make_world)


def key_of(world: World) -> str:
    return world.keys[WRITES]


def blocks_on(page: str, language: str, server: LiveServer) -> list[str]:
    """The blocks of one language, as a reader of the server's page copies them."""
    host = server.url.partition("//")[2]
    content = Client().get(f"/api/v1/docs/{page}/", headers={"Host": host}).content.decode()
    return [unescape(code) for found, code in BLOCK.findall(content) if found == language]


def test_the_guide_s_journey_works_when_it_is_pasted(world: World, live_server: LiveServer, tmp_path: Path) -> None:
    process_events(now=timezone.now())
    key, ask, read, choose, draft, change, stale, submit, feed, further = blocks_on("guide", "bash", live_server)

    with opened_shell(tmp_path) as shell:
        assert shell.paste(key, typed=key_of(world)) == ""
        assert shell.paste(ask) == ""
        assert [row["number"] for row in json.loads(shell.paste(read))["results"]] == [
            "1.1.1",
            "1.1.2",
            "1.1.3",
            "1.1.4",
        ]
        assert shell.paste(choose) == ""
        assert_draft(shell, draft)
        assert "next month" in json.loads(shell.paste(change))["narrative"]
        assert '"status":412' in shell.paste(stale)
        assert json.loads(shell.paste(submit))["stage"] == "submitted"
        process_events(now=timezone.now())
        told = json.loads(shell.paste(feed))
        assert "update.submitted" in {event["kind"] for event in told["results"]}
        assert json.loads(shell.paste(further))["results"] == []

    assert "next month" in reported().narrative


def reported() -> ProgressUpdate:
    """What was reported last on the guide's activity."""
    return ProgressUpdate.objects.filter(activity__number="1.1.4").latest("pk")


def assert_draft(shell: Shell, block: str) -> None:
    """Pasted twice it makes one draft, and says its address both times."""
    first, before = shell.paste(block), reported()

    assert first.endswith(f"/api/v1/updates/{before.pk}/")
    assert (shell.paste(block), reported()) == (first, before)


def test_every_block_on_how_it_works_does(world: World, live_server: LiveServer, tmp_path: Path) -> None:
    blocks = blocks_on("using", "bash", live_server)

    assert len(blocks) >= 3
    with opened_shell(tmp_path) as shell:
        printed = [shell.paste(block) for block in blocks]
    assert not any("/api/v1/problems/" in said for said in printed), printed
    seal, told = (said for said in printed if re.search(r"\b[0-9a-f]{64}\b", said))
    assert told.endswith(f"lines make {seal.split()[0]} as it was sealed")
    assert (tmp_path / "activities.csv").read_text().startswith("number,")
    assert zipfile.is_zipfile(tmp_path / "review.zip")
    (query,) = blocks_on("using", "m", live_server)
    assert_well_formed(query)
    assert Client().get(address_in(query).removeprefix(live_server.url)).status_code == 200


def test_the_guide_s_program_works_when_it_is_pasted(world: World, live_server: LiveServer, tmp_path: Path) -> None:
    process_events(now=timezone.now())
    (program,) = blocks_on("guide", "python", live_server)

    with opened_python(tmp_path, KEY=key_of(world)) as python:
        printed = python.paste(program)

    assert "Stage: submitted" in printed
    assert "update.approved" in printed
    assert reported().narrative == "Tenders are back; the preferred bidder is named next month."

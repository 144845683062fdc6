"""A client that a generator makes of the schema runs the guide's journey."""

from __future__ import annotations

import importlib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from aims.models import ProgressUpdate
from reporting.services import process_events
from tests.api.world import make_world
from tests.remembered import remembered

pytestmark = pytest.mark.django_db(transaction=True)
PACKAGE = "tracker_client"
NO_FORMATTER = "post_hooks: []\n"


@pytest.fixture
def key(transactional_db: None) -> str:
    return remembered(make_world).keys["key: update:own"]


@pytest.fixture
def generated(live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The package, made anew of what the server serves; a warning of the generator is an error."""
    settings = tmp_path / "settings.yaml"
    settings.write_text(NO_FORMATTER)
    options = ["--url", f"{live_server.url}/api/v1/schema/", "--config", str(settings), "--meta", "none"]
    program = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *options]
    made = [*program, "--output-path", str(tmp_path / PACKAGE)]
    done = subprocess.run(made, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return PACKAGE


class Generated:
    """The package's operations and models, by the names of the schema."""

    def __init__(self, package: str, client: Any) -> None:
        self.package, self.client = package, client

    def model(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{self.package}.models"), name)

    def ask(self, operation: str, *references: Any, **values: Any) -> Any:
        """The answer with its headers, parsed by the generated code."""
        tag = operation.rpartition("_")[0]
        module = importlib.import_module(f"{self.package}.api.{tag}.{operation}")
        return module.sync_detailed(*references, client=self.client, **values)


@pytest.fixture
def api(generated: str, live_server: LiveServer, key: str) -> Iterator[Generated]:
    made = importlib.import_module(f"{generated}.client").AuthenticatedClient
    with made(base_url=live_server.url, token=key, raise_on_unexpected_status=True) as client:
        yield Generated(generated, client)


def test_it_runs_the_guide_s_journey(api: Generated) -> None:
    process_events(now=timezone.now())
    state, rag, sending = api.model("State"), api.model("Rag"), api.model("Sending")

    listed = api.ask("activities_list", organisation=["birmingham-city-council"])
    assert [each.number for each in listed.parsed.results] == ["1.1.1", "1.1.2", "1.1.3", "1.1.4"]

    said = api.model("UpdateBody")(
        activity="1.1.4", state=state.IN_PROGRESS, rag=rag.GREEN, forecast_rag=rag.GREEN, narrative="Tenders are back."
    )
    once = str(uuid.uuid4())
    made = api.ask("updates_add", body=said, idempotency_key=once)
    again = api.ask("updates_add", body=said, idempotency_key=once)
    assert (made.status_code, again.parsed) == (201, made.parsed)

    change = api.model("PatchedUpdateBody")
    changed = api.ask(
        "updates_change", made.parsed.id, body=change(narrative="On time."), if_match=made.headers["ETag"]
    )
    stale = api.ask("updates_change", made.parsed.id, body=change(narrative="Late."), if_match=made.headers["ETag"])
    assert (changed.parsed.narrative, stale.status_code) == ("On time.", 412)
    assert stale.parsed.type_ == "/api/v1/problems/precondition-failed/"

    submit = change(stage=sending.SUBMITTED)
    sent = api.ask("updates_change", made.parsed.id, body=submit, if_match=changed.headers["ETag"])
    assert sent.parsed.stage.value == "submitted"

    process_events(now=timezone.now())
    told = api.ask("changes_list", since=0, reference=f"updates/{made.parsed.id}")
    assert "update.submitted" in {event.kind.value for event in told.parsed.results}
    assert ProgressUpdate.objects.get(pk=made.parsed.id).narrative == "On time."

"""Each request of the reference works when it is pasted, in every language, against a server that listens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import Organisation
from aims.models import KeyActivity, ProgressUpdate
from tests.api.power_query import address_in, assert_well_formed
from tests.api.shell import opened_python, opened_shell
from tests.api.world import make_world
from tests.factories import make_stream
from tests.remembered import remembered
from wmca_tracker.api.documentation import Operation, documentation_for

pytestmark = pytest.mark.django_db(transaction=True)
Run = Callable[[str], str]
FREE, OWN_STREAM = "1.1.4", "C"
# What the examples name, and the partner's own that nobody has reported on yet.
OWN = {"updates": ("1.1.1", FREE), "funding-returns": ('"A"', f'"{OWN_STREAM}"')}


@pytest.fixture
def key(transactional_db: None) -> str:
    """A partner's, whose organisation also returns the figures of a stream."""
    world = remembered(make_world)
    partner = Organisation.objects.get(slug="birmingham-city-council")
    strategy = KeyActivity.objects.get(number=FREE).strategy
    make_stream(code=OWN_STREAM, award=Decimal("1050000000.00"), returned_by=partner, strategy=strategy)
    return world.keys["key: update:own"]


@pytest.fixture(params=["bash", "python"])
def run(request: pytest.FixtureRequest, key: str, tmp_path: Path) -> Iterator[tuple[str, Run]]:
    """A language, and how a block of it is run."""
    opened: Any = {"bash": opened_shell, "python": opened_python}[request.param]
    with opened(tmp_path, KEY=key) as pasted:
        yield request.param, pasted.paste


def operations_of(server: LiveServer) -> Iterator[Operation]:
    """All that can be asked, as the server's own pages tell it."""
    host = server.url.partition("//")[2]
    for section in documentation_for(server.url).sections:
        told = Client().get(f"/api/v1/docs/{section.name}/", headers={"Host": host}).context["section"]
        yield from told.operations


def code_of(operation: Operation, language: str) -> str:
    return next((snippet.code for snippet in operation.snippets if snippet.language == language), "")


def anyone_reads(operation: Operation) -> bool:
    """Whether there is something of this kind that anyone may read; elsewhere the example is of somebody's own."""
    listed = f"/api/v1/{operation.address.split('/')[3]}/"
    return operation.method == "GET" and bool(Client().get(listed).json()["results"])


def test_what_reads(run: tuple[str, Run], live_server: LiveServer) -> None:
    language, paste = run
    reading = [each for each in operations_of(live_server) if anyone_reads(each)]

    assert len(reading) >= 22
    for operation in reading:
        printed = paste(code_of(operation, language))
        assert "/api/v1/problems/" not in printed, (operation.name, printed)
        assert printed or "application/json" not in operation.forms, operation.name


def test_what_writes(run: tuple[str, Run], live_server: LiveServer) -> None:
    language, paste = run
    draft = ProgressUpdate.objects.get(activity__number="1.1.3", stage="draft")
    own: dict[str, Any] = {"updates": draft.pk}
    writing = sorted((each for each in operations_of(live_server) if each.method != "GET"), key=by_method)

    assert {operation.method for operation in writing} == {"POST", "PATCH"}
    for operation in writing:
        section = operation.address.split("/")[3]
        code = code_of(operation, language).replace(*OWN.get(section, ("", "")))
        printed = paste(re.sub(rf"/{section}/[0-9]+/", f"/{section}/{own.get(section)}/", code))
        assert "/api/v1/problems/" not in printed, (operation.name, printed)
        own.setdefault(section, made_in(printed))


def by_method(operation: Operation) -> bool:
    return operation.method != "POST"


def made_in(printed: str) -> str:
    """The reference of what was written."""
    found = re.search(r"""["']id["']: ?([0-9]+)""", printed)
    assert found, printed
    return found[1]


def test_power_query_is_well_formed_and_its_addresses_are_true(key: str, live_server: LiveServer) -> None:
    queries = {each: code_of(each, "m") for each in operations_of(live_server) if code_of(each, "m")}

    assert len(queries) >= 22
    for operation, code in queries.items():
        assert_well_formed(code)
        address = address_in(code)
        if anyone_reads(operation):
            assert Client().get(address.removeprefix(live_server.url)).status_code == 200, address


def test_a_list_of_any_length_reaches_excel_whole(key: str, live_server: LiveServer) -> None:
    lists = [each for each in operations_of(live_server) if "text/csv" in each.forms]

    assert lists
    assert all(".csv" in code_of(operation, "m") for operation in lists)

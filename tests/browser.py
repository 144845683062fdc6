"""A real Chromium for the tests: what it complains about fails the test that made it complain.

`page` is a desktop page; `open_page(width=320, javascript=False)` opens others, each in a context of its own, so that
two people can be signed in at once. `sign_in(page, user)` spares the form, `axe(page)` asserts that it is
accessible and that nothing scrolls sideways, `visit(page, path)` does so with a page on a desk and on a phone.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from accounts.models import User

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 320)
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Whatever is not a violation stays in the browser: to carry it here costs more than all the rules.
RUN_AXE = "options => axe.run(document, options).then(result => result.violations)"
STANDARDS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

PATIENCE = 60_000  # milliseconds: a machine with much else to do is slow, not wrong
expect.set_options(timeout=PATIENCE)

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Visit = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    installed = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread from here on, and Django would take its own calls for async ones.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        opened = playwright.chromium.launch(executable_path=installed, args=arguments)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Console errors, refused by the content security policy or not, and uncaught exceptions; must end empty.

    A test that provokes one on purpose removes it.
    """
    heard: list[str] = []
    yield heard
    assert not heard, heard


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[OpenPage]:
    contexts: list[BrowserContext] = []

    def open_one(*, width: int = 1280, height: int = 900, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", partial(note_error, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()


def note_error(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        complaints.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, "User"], None]:
    def give_session(page: Page, user: "User") -> None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    return give_session


@pytest.fixture(scope="session")
def axe() -> Axe:
    """Asserts that axe-core finds nothing and nothing scrolls sideways, once the page is there.

    The source is evaluated, not added: the page's own policy stays in force.
    """
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a click returns when the next page begins, which has no document yet
        assert not page.evaluate(SIDEWAYS), f"{page.url} scrolls sideways"
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        assert [in_words(violation) for violation in page.evaluate(RUN_AXE, STANDARDS)] == []

    return check


@pytest.fixture(scope="session")
def visit(axe: Axe) -> Visit:
    """Opens an address that has to answer, and looks at the page at each width."""

    def look_at(page: Page, path: str) -> None:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)

    return look_at


def in_words(violation: dict[str, Any]) -> str:
    places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"{violation['id']}: {violation['help']} ({places})"

"""The pack as the office and anyone meets it: asked for, followed, opened; its web page stands alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from reporting.choices import PackAudience, PackFormat
from reporting.models import Pack, PackFile
from reporting.services.agreeing import agree
from reporting.services.publishing import publish
from reporting.tasks import sweep_packs_task
from tests.browser import WIDTHS, Axe, OpenPage, Visit
from tests.reporting.at_work import wait_until
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed
from tests.worker import WorkerProcess

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
PAGE = "/reviews/2026-27-h1/pack/"


def test_a_pack_survives_its_worker_and_is_read_by_anyone_once_published(
    page: Page, open_page: OpenPage, sign_in: SignIn, axe: Axe, visit: Visit, celery_worker_process: WorkerProcess
) -> None:
    sealed = make_sealed()
    sign_in(page, sealed.people.office)
    visit(page, PAGE)
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    wait_until(lambda: Pack.objects.filter(started_at__isnull=False).exists())
    for child in celery_worker_process.children():
        os.kill(child, signal.SIGKILL)
    sweep_packs_task()
    wait_until(all_made, seconds=240)
    expect(page.get_by_role("link", name="PDF")).to_have_count(2, timeout=60_000)
    axe(page)
    publish_it(sealed)
    anyone = open_page(javascript=False)
    anyone.goto(PAGE)
    expect(anyone.get_by_role("heading", name="Exempt version")).to_have_count(0)
    anyone.get_by_role("link", name="Web page").click()
    expect(anyone.get_by_role("heading", name="1.0 Position on one page")).to_be_visible()


def publish_it(sealed: Sealed) -> None:
    later = SECOND_CLOSED + timedelta(hours=1)
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": later}
    agree(agreed_on=later.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    publish(**told)


def test_the_web_page_is_accessible_at_every_width(
    page: Page, axe: Axe, files: dict[PackFormat, bytes], tmp_path: Path
) -> None:
    saved = tmp_path / "review.html"
    saved.write_bytes(files[PackFormat.HTML])
    page.goto(saved.as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)


def all_made() -> bool:
    made = PackFile.objects.filter(pack__finished_at__isnull=False)
    return made.count() == len(PackFormat) * len(PackAudience)

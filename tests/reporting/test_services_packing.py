"""Packs are asked for once, made once and kept; what was killed halfway is made again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from aims.errors import Refused
from reporting.choices import PackAudience, PackFormat
from reporting.models import Pack, PackFile
from reporting.packs.formats.seal_files import seal_files
from reporting.packs.forms import CannotMake
from reporting.packs.paper import compose
from reporting.packs.sections.exceptions import exceptions_of
from reporting.selectors.opened import later_of, open_review
from reporting.selectors.packs import edition_of, hashed_lines, pack_book, pack_page, progress_key
from reporting.selectors.sealed.exceptions import sealed_exceptions
from reporting.services import packing
from reporting.services.agreeing import agree
from reporting.services.correcting import correct
from reporting.services.packing import ask_for_packs, give_up, make_pack, pack_storage
from reporting.services.publishing import publish
from reporting.services.reopening import reopen
from reporting.tasks import make_pack_task, sweep_packs_task
from tests.reporting.sealed import EXEMPT_WORDS, SECOND_CLOSED, Sealed, make_sealed

LATER = SECOND_CLOSED + timedelta(hours=1)


@pytest.fixture(scope="module")
def closed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """One sealed review for all tests here; each of them is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_sealed()
        transaction.set_rollback(True)


@pytest.fixture
def sealed(closed: Sealed, db: None) -> Iterator[Sealed]:
    with transaction.atomic():
        yield closed
        transaction.set_rollback(True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[PackFormat]:
    """Forms that cost nothing, and which were made."""
    made: list[PackFormat] = []

    def written(form: PackFormat, *_: Any) -> bytes:
        made.append(form)
        return f"{form} of {len(made)}".encode()

    monkeypatch.setattr(packing, "made", written)
    return made


def ask(sealed: Sealed) -> list[Pack]:
    return ask_for_packs(review=sealed.review, by=sealed.people.office, now=LATER)


def test_both_versions_are_asked_for_once(sealed: Sealed) -> None:
    asked = ask(sealed)
    assert {pack.audience for pack in asked} == set(PackAudience)
    assert [pack.pk for pack in ask(sealed)] == [pack.pk for pack in asked]


def test_what_is_made_is_kept_privately_with_its_hash_and_never_made_again(
    sealed: Sealed, quick: list[PackFormat]
) -> None:
    pack = ask(sealed)[0]
    make_pack(pack=pack, now=LATER)
    make_pack(pack=pack, now=LATER)
    pack.refresh_from_db()
    assert pack.finished_at
    assert quick == list(PackFormat)
    for file in pack.files.all():
        with pack_storage().open(file.path) as opened:
            content = opened.read()
        assert Path(pack_storage().path(file.path)).stat().st_mode & 0o777 == 0o600
        assert (file.size, file.sha256) == (len(content), sha256(content).hexdigest())
        assert file.name == f"strategy-review-2026-27-h1-{pack.audience}.{file.format}"


def test_a_worker_that_dies_halfway_leaves_nothing_to_download_and_the_next_one_makes_it_all(
    sealed: Sealed, quick: list[PackFormat], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = ask(sealed)[0]
    with monkeypatch.context() as patched:
        patched.setattr(PackFile.objects, "bulk_create", killed)
        with pytest.raises(SystemExit):
            make_pack(pack=pack, now=LATER)
    assert not PackFile.objects.filter(pack=pack)
    assert pack_page(sealed.review, sealed.people.office).is_busy
    make_pack(pack=pack, now=LATER)
    assert pack.files.count() == len(PackFormat)
    assert all("_" not in file.path.rpartition("/")[2] for file in pack.files.all())


def killed(*_: Any) -> None:
    raise SystemExit


def test_without_what_draws_a_pdf_the_other_forms_are_made_and_the_pdf_can_follow(
    sealed: Sealed, quick: list[PackFormat], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_pango(form: PackFormat, *rest: Any) -> bytes:
        if form == PackFormat.PDF:
            raise CannotMake("no library called libpango-1.0-0 was found")
        return b"made"

    with monkeypatch.context() as patched:
        patched.setattr(packing, "made", without_pango)
        for pack in ask(sealed):
            make_pack(pack=pack, now=LATER)
    page = pack_page(sealed.review, sealed.people.office)
    assert [shelf.missing for shelf in page.shelves] == [(PackFormat.PDF,)] * 2
    assert not page.is_busy
    for pack in ask(sealed):
        make_pack(pack=pack, now=LATER)
    assert quick == [PackFormat.PDF] * 2
    assert pack_page(sealed.review, sealed.people.office).is_whole


def test_one_that_failed_is_followed_by_another(sealed: Sealed) -> None:
    first = ask(sealed)
    for pack in first:
        give_up(pack=pack, now=LATER)
    page = pack_page(sealed.review, sealed.people.office)
    assert all(shelf.problem for shelf in page.shelves)
    assert {pack.pk for pack in ask(sealed)}.isdisjoint(pack.pk for pack in first)


def test_an_erratum_asks_for_a_pack_of_its_own_that_prints_it(sealed: Sealed) -> None:
    before = {pack.pk for pack in ask(sealed)}
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": LATER}
    agree(agreed_on=LATER.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    line = sealed.review.lines.get(kind="activity", key="1.1.1")
    correct(line=line, field="update.narrative", correct="It paused.", explanation="A slip.", **told)
    after = ask(sealed)
    assert before.isdisjoint(pack.pk for pack in after)
    (correction,) = edition_of(after[0]).corrections
    assert (correction.of, correction.correct) == ("Key activity 1.1.1", "It paused.")


def test_no_pack_is_made_of_a_review_that_was_opened_again(sealed: Sealed) -> None:
    review = sealed.review
    activity = sealed.activities["1.1.1"]
    until = LATER.date() + timedelta(days=9)
    reopen(review=review, activities=[activity], until=until, reason="A slip.", by=sealed.people.office, now=LATER)
    with pytest.raises(Refused):
        ask_for_packs(review=review, by=sealed.people.office, now=LATER)


def test_the_task_makes_it_and_the_sweep_finds_what_was_lost(sealed: Sealed, quick: list[PackFormat]) -> None:
    packs = ask(sealed)
    assert sweep_packs_task() == 2
    for pack in packs:
        make_pack_task(pack.pk)
    assert sweep_packs_task() == 0


def test_what_is_published_gets_its_pack_once_without_being_asked_and_again_with_an_erratum(sealed: Sealed) -> None:
    assert sweep_packs_task() == 0
    told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": LATER}
    agree(agreed_on=LATER.date(), minute_reference="Minute 7", resolution="Agreed.", **told)
    publish(**told)
    assert [sweep_packs_task(), sweep_packs_task()] == [2, 2]
    for pack in Pack.objects.all():
        give_up(pack=pack, now=LATER)
    assert sweep_packs_task() == 0
    line = sealed.review.lines.get(kind="activity", key="1.1.1")
    correct(line=line, field="update.narrative", correct="It paused.", explanation="A slip.", **told)
    assert sweep_packs_task() == 2


def test_a_failure_is_written_down(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> bytes:
        raise RuntimeError("disk full")

    monkeypatch.setattr(packing, "made", failing)
    pack = ask(sealed)[0]
    with pytest.raises(RuntimeError):
        make_pack_task(pack.pk)
    pack.refresh_from_db()
    assert pack.problem == packing.FAILED


def test_progress_is_told_while_it_is_made(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def written(*_: Any) -> bytes:
        told.append(cache.get(progress_key(pack.pk)))
        return b"made"

    monkeypatch.setattr(packing, "made", written)
    pack = ask(sealed)[0]
    make_pack(pack=pack, now=LATER)
    assert told == [(place, len(PackFormat)) for place in range(len(PackFormat))]


def test_the_material_of_a_real_seal_recomputes_it(sealed: Sealed) -> None:
    pack = ask(sealed)[0]
    files = seal_files(edition_of(pack), list(hashed_lines(pack)))
    assert sha256(files["seal/seal.txt"].encode()).hexdigest() == sealed.review.seal
    publics, hashes = (files[f"seal/{name}"].splitlines() for name in ("public.jsonl", "public-hashes.txt"))
    assert [sha256(text.encode()).hexdigest() for text in publics] == hashes
    assert len(publics) == sealed.review.line_count


def test_the_public_material_and_paper_hold_nothing_exempt(sealed: Sealed) -> None:
    pack = next(pack for pack in ask(sealed) if pack.audience == PackAudience.PUBLIC)
    paper = compose(pack_book(pack), edition_of(pack))
    files = seal_files(paper.edition, list(hashed_lines(pack)))
    assert EXEMPT_WORDS not in f"{paper}{files}"
    assert paper.edition.paragraphs == (3,)


def test_exceptions_come_in_the_order_of_the_pages(sealed: Sealed) -> None:
    opened = open_review("2026-27-h1", sealed.people.office)
    assert opened
    page = sealed_exceptions(sealed.book, later_of(opened))
    assert [line.number for line in exceptions_of(sealed.book)] == [found.number for found in page]

"""Ways to alter a published review: each is refused by name, or found where a superuser puts the guards aside."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError, QuerySet
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.choices import UserRole
from aims.models import ReviewPeriod
from reporting.models import Agreement, Erratum, Publication, Review, SealedLine
from reporting.rules.seal import LineOfSeal, line_hashes, seal_of
from reporting.sealing.verifying import verify
from reporting.services.agreeing import agree
from reporting.services.correcting import correct
from reporting.services.publishing import publish
from tests.factories import make_user
from tests.reporting.documents import statements_of
from tests.reporting.sealed import SECOND_CLOSED, Sealed, make_sealed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

Act = Callable[[Sealed], object]
LINE = (
    "(SELECT l.id FROM reporting_sealedline l WHERE l.kind = 'activity' AND l.key = '1.1.1' ORDER BY id DESC LIMIT 1)"
)
REVIEW = "(SELECT max(id) FROM reporting_review)"
ZEROES = "0" * 64
COLUMNS = "position, kind, key, public, exempt, salt, public_hash, exempt_hash, hash"
FORGED = f"'aim', '9', '{{}}', '{{}}', '{ZEROES}', '{ZEROES}', '{ZEROES}', '{ZEROES}'"


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """One published review with an erratum for all tests here; each of them is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        sealed = make_sealed()
        told: dict[str, Any] = {"review": sealed.review, "by": sealed.people.office, "now": SECOND_CLOSED}
        agree(agreed_on=date(2026, 11, 9), minute_reference="Minute 7", resolution="Agreed.", **told)
        publish(**told)
        line = sealed.review.lines.get(kind="activity", key="1.1.1")
        correct(line=line, field="update.narrative", correct="It paused.", explanation="A slip.", **told)
        at_once()
        yield sealed
        transaction.set_rollback(True)


def at_once() -> None:
    """What waits for the commit forbids ALTER TABLE."""
    run("SET CONSTRAINTS ALL IMMEDIATE")


def run(sql: str, *given: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given or None)


def line(sealed: Sealed) -> SealedLine:
    found: SealedLine = sealed.review.lines.get(kind="activity", key="1.1.2")
    return found


def altered(row: Any, **fields: object) -> Any:
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def as_fixture(sealed: Sealed) -> str:
    row = altered(line(sealed), public="{}")
    return str(serializers.serialize("json", [row]))


def load_a_fixture(sealed: Sealed) -> None:
    path = Path(__file__).parent / f"altered-{random.randint(0, 10**9)}.json"
    path.write_text(as_fixture(sealed))
    try:
        call_command("loaddata", str(path), verbosity=0)
    finally:
        path.unlink()


def copy_a_line_in(sealed: Sealed) -> None:
    row = r"\t".join([str(sealed.review.pk), "999", "aim", "9", "{}", "{}", *[ZEROES] * 4])
    run(f"COPY reporting_sealedline (review_id, {COLUMNS}) FROM PROGRAM 'printf \"{row}\"'")


# Through Django, as whoever owns the tables.
THROUGH_DJANGO: dict[str, tuple[Act, str]] = {
    "a line saved": (lambda s: altered(line(s), public="{}").save(), "line_append_only"),
    "a line saved by update": (lambda s: altered(line(s), key="1").save(force_update=True), "line_append_only"),
    "a line deleted": (lambda s: line(s).delete(), "line_append_only"),
    "lines updated": (lambda s: s.review.lines.update(exempt="{}"), "line_append_only"),
    "lines deleted": (lambda s: s.review.lines.filter(kind="aim").delete(), "line_append_only"),
    "lines deleted raw": (lambda s: s.review.lines.all()._raw_delete("default"), "line_append_only"),
    "lines updated in bulk": (
        lambda s: SealedLine.objects.bulk_update([altered(line(s), public="{}")], ["public"]),
        "line_append_only",
    ),
    "lines written over": (
        lambda s: SealedLine.objects.bulk_create(
            [altered(line(s), public="{}")], update_conflicts=True, unique_fields=["id"], update_fields=["public"]
        ),
        "line_before_its_seal",
    ),
    "a line updated or created": (
        lambda s: SealedLine.objects.update_or_create(review=s.review, position=1, defaults={"public": "{}"}),
        "line_append_only",
    ),
    "a line added": (lambda s: altered(line(s), pk=None, position=9999, key="x").save(), "line_before_its_seal"),
    "a review saved": (lambda s: altered(s.review, seal=ZEROES).save(), "review_append_only"),
    "a review updated": (lambda s: Review.objects.update(line_count=1), "review_append_only"),
    "a review deleted": (lambda s: s.review.delete(), "protected"),
    "an agreement saved": (
        lambda s: altered(Agreement.objects.get(), resolution="Noted.").save(),
        "agreement_append_only",
    ),
    "a publication deleted": (lambda s: Publication.objects.get().delete(), "publication_append_only"),
    "errata updated": (lambda s: Erratum.objects.update(correct=""), "erratum_append_only"),
    "a period deleted": (lambda s: ReviewPeriod.objects.get(pk=s.second.pk).delete(), "protected"),
    "a period taken back": (
        lambda s: ReviewPeriod.objects.filter(pk=s.second.pk).update(published_at=None),
        "period_published_once",
    ),
    "a fixture loaded": (load_a_fixture, "line_append_only"),
    "an object deserialized": (
        lambda s: next(serializers.deserialize("json", as_fixture(s))).save(),
        "line_append_only",
    ),
    "a database flushed": (lambda s: call_command("flush", interactive=False, verbosity=0), "couldn't be flushed"),
    "a line copied in": (copy_a_line_in, "line_before_its_seal"),
}


@pytest.mark.parametrize("way", THROUGH_DJANGO)
def test_django_alters_nothing(published: Sealed, way: str) -> None:
    act, guard = THROUGH_DJANGO[way]
    with pytest.raises((IntegrityError, ProtectedError, CommandError), match=guard), transaction.atomic():
        act(published)

    assert verify() == []


# In SQL, as a superuser whom no privilege stops.
IN_SQL = {
    **{
        f"UPDATE reporting_sealedline SET {column} = {value} WHERE id = {LINE}": "line_append_only"
        for column, value in {
            "public": "'{}'",
            "exempt": "'{}'",
            "salt": f"'{ZEROES}'",
            "public_hash": f"'{ZEROES}'",
            "exempt_hash": f"'{ZEROES}'",
            "hash": f"'{ZEROES}'",
            "kind": "'aim'",
            "key": "'1.1.9'",
            "position": "10000",
            "review_id": "review_id - 1",
        }.items()
    },
    **{
        f"UPDATE reporting_review SET {column} = {value} WHERE id = {REVIEW}": "review_append_only"
        for column, value in {
            "seal": f"'{ZEROES}'",
            "line_count": "1",
            "as_at": "'2020-01-01'",
            "sealed_at": "now()",
            "number": "9",
            "previous_id": "NULL",
            "sealed_by_id": "NULL",
        }.items()
    },
    "UPDATE reporting_sealedline SET public = public": "line_append_only",
    "UPDATE reporting_sealedline l SET key = '' FROM reporting_review r WHERE r.id = l.review_id": "line_append_only",
    "WITH gone AS (DELETE FROM reporting_sealedline RETURNING id) SELECT count(*) FROM gone": "line_append_only",
    "DELETE FROM reporting_sealedline l USING reporting_review r WHERE r.id = l.review_id": "line_append_only",
    "DO $$ BEGIN UPDATE reporting_sealedline SET exempt = '{}'; END $$": "line_append_only",
    f"DELETE FROM reporting_review WHERE id = {REVIEW}": "review_append_only",
    "DELETE FROM reporting_agreement": "agreement_append_only",
    "UPDATE reporting_agreement SET agreed_on = '2020-01-01'": "agreement_append_only",
    "DELETE FROM reporting_publication": "publication_append_only",
    "UPDATE reporting_publication SET published_at = now()": "publication_append_only",
    "DELETE FROM reporting_erratum": "erratum_append_only",
    "DELETE FROM aims_event": "event_append_only",
    "UPDATE aims_event SET after = '{}'": "event_append_only",
    "DELETE FROM aims_reviewperiod": "period_no_delete",
    "UPDATE aims_reviewperiod SET published_at = now() WHERE published_at IS NOT NULL": "period_published_once",
    "UPDATE aims_reviewperiod SET state = 'open', closed_at = NULL WHERE published_at IS NOT NULL": (
        "period_published_is_closed"
    ),
    "TRUNCATE reporting_sealedline, reporting_erratum, reporting_answer": "no_truncate",
    "TRUNCATE reporting_sealedline CASCADE": "no_truncate",
    "TRUNCATE reporting_review CASCADE": "no_truncate",
    "TRUNCATE reporting_review RESTART IDENTITY CASCADE": "no_truncate",
    "TRUNCATE reporting_agreement": "agreement_no_truncate",
    "TRUNCATE reporting_publication": "publication_no_truncate",
    "TRUNCATE reporting_erratum": "erratum_no_truncate",
    "TRUNCATE aims_reviewperiod CASCADE": "no_truncate",
    "TRUNCATE aims_strategy CASCADE": "no_truncate",
    "TRUNCATE accounts_user CASCADE": "no_truncate",
    f"INSERT INTO reporting_sealedline (review_id, {COLUMNS}) VALUES ({REVIEW}, 999, {FORGED})": "line_before_its_seal",
    f"INSERT INTO reporting_sealedline (review_id, {COLUMNS}) VALUES ({REVIEW}, 1, {FORGED})"
    " ON CONFLICT (review_id, position) DO UPDATE SET public = '{}'": "line_before_its_seal",
    "INSERT INTO reporting_review SELECT * FROM reporting_review ON CONFLICT (id) DO UPDATE SET line_count = 1": (
        "review_append_only"
    ),
    "MERGE INTO reporting_sealedline l USING reporting_review r ON r.id = l.review_id"
    " WHEN MATCHED THEN UPDATE SET public = '{}'": "line_append_only",
    "MERGE INTO reporting_sealedline l USING reporting_review r ON r.id = l.review_id WHEN MATCHED THEN DELETE": (
        "line_append_only"
    ),
    f"MERGE INTO reporting_sealedline l USING (SELECT {REVIEW} AS id) r ON r.id = l.review_id AND l.position = 9999"
    f" WHEN NOT MATCHED THEN INSERT (review_id, {COLUMNS}) VALUES (r.id, 9999, {FORGED})": "line_before_its_seal",
}


@pytest.mark.parametrize("sql", IN_SQL)
def test_the_database_refuses_the_statement(sql: str) -> None:
    with pytest.raises(IntegrityError, match=IN_SQL[sql]), transaction.atomic():
        run(sql)

    assert verify() == []


NOT_ALLOWED = re.compile("permission denied|must be owner|must be able to SET ROLE|must be superuser")
# As the role that the application runs under in production, which owns nothing.
BY_THE_RUNTIME_ROLE = [
    "UPDATE reporting_sealedline SET public = ''",
    "UPDATE reporting_review SET seal = repeat('0', 64)",
    "DELETE FROM reporting_sealedline",
    "DELETE FROM aims_event",
    "TRUNCATE reporting_sealedline CASCADE",
    "TRUNCATE accounts_user CASCADE",
    "ALTER TABLE reporting_sealedline DISABLE TRIGGER ALL",
    "ALTER TABLE reporting_sealedline DISABLE TRIGGER USER",
    "ALTER TABLE reporting_sealedline DROP COLUMN public",
    "ALTER TABLE reporting_sealedline ALTER COLUMN public TYPE varchar(10)",
    "ALTER TABLE reporting_sealedline RENAME TO old_lines",
    "ALTER TABLE reporting_review DROP CONSTRAINT review_seal_is_a_hash",
    "ALTER TABLE reporting_sealedline OWNER TO CURRENT_USER",
    "DROP TABLE reporting_sealedline CASCADE",
    "DROP TRIGGER {trigger} ON reporting_sealedline",
    "DROP FUNCTION {function} CASCADE",
    "CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE RULE hide AS ON INSERT TO reporting_sealedline DO INSTEAD NOTHING",
    "CREATE TRIGGER undo BEFORE UPDATE ON reporting_sealedline FOR EACH ROW EXECUTE FUNCTION {function}",
    "CREATE TABLE later (LIKE reporting_sealedline)",
    "SET session_replication_role = replica",
    "ALTER ROLE strategy_tracker SUPERUSER",
    "COPY reporting_sealedline FROM '/etc/hostname'",
    "COPY reporting_sealedline FROM PROGRAM 'true'",
]


@pytest.fixture
def runtime_role(published: Sealed) -> Iterator[dict[str, str]]:
    """Become the role that `docs/seal.md` sets up by its own statements; the names of a guard, to strike at it."""
    for statement in statements_of("docs/seal.md"):
        run(statement)
    names = guard_names()
    run("SET SESSION AUTHORIZATION strategy_tracker")
    yield names
    run("RESET SESSION AUTHORIZATION")


def guard_names() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgfoid::regprocedure FROM pg_trigger WHERE tgrelid = 'reporting_sealedline'::regclass"
            " AND tgname LIKE '%append_only%'"
        )
        trigger, function = cursor.fetchone()
    return {"trigger": trigger, "function": function}


@pytest.mark.parametrize("sql", BY_THE_RUNTIME_ROLE)
def test_the_role_of_the_application_may_not(runtime_role: dict[str, str], sql: str) -> None:
    with pytest.raises(DatabaseError, match=NOT_ALLOWED), transaction.atomic():
        run(sql.format(**runtime_role))

    assert verify() == []


def test_the_role_of_the_application_can_do_its_work(runtime_role: dict[str, str], published: Sealed) -> None:
    told: dict[str, Any] = {
        "correct": "4",
        "explanation": "A slip.",
        "by": published.people.office,
        "now": SECOND_CLOSED,
    }
    made = correct(review=published.review, line=line(published), field="update.narrative", **told)
    make_user()

    assert made.number == 2


# Past the guards: a superuser who has put them aside.
def no_guards() -> None:
    run("SET LOCAL session_replication_role = replica")


def rehash(lines: QuerySet[SealedLine]) -> None:
    """Write the hashes that the altered texts of some lines have now."""
    for found in lines:
        hashes = line_hashes(found.public, found.exempt, found.salt)
        run(
            "UPDATE reporting_sealedline SET public_hash = %s, exempt_hash = %s, hash = %s WHERE id = %s",
            hashes.public,
            hashes.exempt,
            hashes.line,
            found.pk,
        )


def seal_again(review: Review) -> None:
    """Write the seal that the altered lines make."""
    rows = review.lines.order_by("position").values_list("kind", "key", "hash")
    previous = review.previous.seal if review.previous else None
    run(
        "UPDATE reporting_review SET seal = %s WHERE id = %s",
        seal_of(previous, (LineOfSeal(*r) for r in rows)),
        review.pk,
    )


PAST_THE_GUARDS = {
    f"DELETE FROM reporting_sealedline WHERE position = 7 AND review_id = {REVIEW}": "line 7 is missing",
    f"DELETE FROM reporting_sealedline WHERE position IN (7, 8) AND review_id = {REVIEW}": "lines 7 to 8 are missing",
    f"DELETE FROM reporting_sealedline WHERE kind = 'action' AND review_id = {REVIEW}": "it ends with line",
    f"INSERT INTO reporting_sealedline (review_id, {COLUMNS}) VALUES ({REVIEW}, 9999, {FORGED})": "line 9999 (aim 9)",
    f"UPDATE reporting_sealedline SET position = 9999 - position WHERE review_id = {REVIEW}": "out of order",
    f"UPDATE reporting_sealedline SET key = 'nobody' WHERE id = {LINE}": "its kind and key",
    f"UPDATE reporting_sealedline SET kind = 'place' WHERE key = 'deliver' AND review_id = {REVIEW}": (
        "do not make its seal"
    ),
    f"UPDATE reporting_review SET previous_id = NULL WHERE id = {REVIEW}": "not chained",
    f"UPDATE reporting_review SET line_count = 1 WHERE id = {REVIEW}": "sealed with 1",
    f"UPDATE reporting_review SET as_at = '2020-01-01' WHERE id = {REVIEW}": "its day is 2020-01-01",
    f"UPDATE reporting_review SET number = 2 WHERE id = {REVIEW}": "its number is 2",
    f"UPDATE reporting_review SET sealed_at = sealed_at + interval '1 microsecond' WHERE id = {REVIEW}": (
        "no event tells of its sealing"
    ),
    f"UPDATE reporting_review SET sealed_by_id = NULL WHERE id = {REVIEW}": "no event tells of its sealing",
    f"UPDATE reporting_review SET seal = repeat('0', 64) WHERE id = {REVIEW}": "do not make its seal",
    f"DELETE FROM reporting_review WHERE id = {REVIEW}": "is gone",
    "UPDATE reporting_agreement SET resolution = 'Noted.'": "no event tells of its agreement",
    "DELETE FROM reporting_agreement": "published without having been agreed",
    "UPDATE reporting_publication SET published_at = now()": "no event tells of its publication",
    "DELETE FROM reporting_publication": "published at another time",
    "UPDATE reporting_erratum SET correct = '5'": "no event tells of its erratum",
    "DELETE FROM reporting_erratum": "an event tells of another erratum",
    "UPDATE reporting_erratum SET number = 3": "not numbered one after the other",
    "UPDATE reporting_erratum SET line_id = (SELECT min(id) FROM reporting_sealedline)": "of a line of another review",
    "UPDATE aims_reviewperiod SET published_at = now() WHERE published_at IS NOT NULL": "published at another time",
    "UPDATE aims_reviewperiod SET closed_at = now() WHERE published_at IS NOT NULL": "closed at another time",
    "UPDATE aims_reviewperiod SET state = 'open', closed_at = NULL WHERE closed_at < '2026-06-01'": "as its reopenings",
    "UPDATE aims_event SET after = '{}' WHERE kind = 'review.agreed'": "no event tells of its agreement",
}


@pytest.mark.parametrize("sql", PAST_THE_GUARDS)
def test_what_a_superuser_altered_is_found(sql: str) -> None:
    no_guards()
    run(sql)

    assert any(PAST_THE_GUARDS[sql] in str(found) for found in verify())


def test_a_line_altered_together_with_all_its_hashes_breaks_the_seal(published: Sealed) -> None:
    no_guards()
    run(f"UPDATE reporting_sealedline SET public = replace(public, ':\"red\"', ':\"green\"') WHERE id = {LINE}")
    rehash(published.review.lines.filter(key="1.1.1"))

    assert [found.what for found in verify()] == ["its lines do not make its seal"]


def test_a_review_altered_together_with_its_seal_breaks_the_chain(published: Sealed) -> None:
    no_guards()
    first = Review.objects.get(period=published.first)
    run("UPDATE reporting_sealedline SET public = replace(public, 'winter', 'summer') WHERE review_id = %s", first.pk)
    rehash(first.lines.all())
    seal_again(first)

    told = [str(found) for found in verify()]
    assert "2026-27-h1 sealed for the first time: its lines do not make its seal" in told
    assert "2025-26-h2 sealed for the first time: no event tells of its sealing as it stands" in told


TEXTS = ("public", "exempt")
HASHES = ("salt", "public_hash", "exempt_hash", "hash")
CHANGES = 1_000
PRINTED = "".join(map(chr, range(0x20, 0x7F)))


def test_a_thousand_random_bytes_altered_are_all_found(published: Sealed) -> None:
    choose, lines = random.Random(1_000), list(SealedLine.objects.select_related("review__period"))
    done = 0
    while done < CHANGES:
        batch = lines[: CHANGES - done]
        with transaction.atomic():
            no_guards()
            for each in batch:
                alter_a_byte(each, choose)
            named = {(found.review.split()[0], found.line.partition(" (")[0]) for found in verify()}
            transaction.set_rollback(True)
        assert [each for each in batch if (each.review.period.slug, f"line {each.position}") not in named] == []
        done += len(batch)


def alter_a_byte(row: SealedLine, choose: random.Random) -> None:
    """Another character at one random place of one random column, which the column still takes."""
    column = choose.choice([*TEXTS, *TEXTS, *HASHES, "key"] if row.key else [*TEXTS, *TEXTS, *HASHES])
    value = getattr(row, column)
    place = choose.randrange(len(value))
    known = "0123456789abcdef" if column in HASHES else chr(0x400 + row.position) if column == "key" else PRINTED
    other = choose.choice([character for character in known if character != value[place]])
    text = f"{value[:place]}{other}{value[place + 1 :]}"
    run(f"UPDATE reporting_sealedline SET {column} = %s WHERE id = %s", text, row.pk)


# Through the pages and the API, as an administrator.
ADDRESSES = ["/reviews/2026-27-h1/", "/reviews/2026-27-h1/changes/", "/api/v1/reviews/2026-27-h1/", "/api/v1/reviews/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_page_takes_a_change(published: Sealed, address: str, method: str) -> None:
    client = Client()
    client.force_login(make_user(UserRole.ADMINISTRATOR), backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = getattr(client, method)(address, json.dumps({"seal": ZEROES}), content_type="application/json")

    assert answer.status_code in (403, 404, 405)
    assert verify() == []

"""Each constraint and trigger of our models refuses, by its name, the raw SQL that would break it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction

from aims.models import KeyActivity
from tests.constraints import (
    accounts,
    actions,
    answers,
    dates,
    evidence,
    funding,
    keys,
    notices,
    packs,
    periods,
    progress,
    reporting,
    reviews,
    strategy,
    workbooks,
)
from tests.constraints.attempts import Attempt, copy, truncate
from tests.factories import make_activity, make_draft, make_objective, make_period

pytestmark = pytest.mark.django_db

APPS = ["accounts", "aims", "funding", "reporting"]
TABLES = [
    accounts,
    keys,
    actions,
    answers,
    strategy,
    dates,
    evidence,
    periods,
    progress,
    funding,
    reporting,
    reviews,
    packs,
    workbooks,
    notices,
]
ATTEMPTS = [attempt for table in TABLES for attempt in table.ATTEMPTS]
OWN_MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
RULE = re.compile(r"EXCEPTION '(\w+):")


def guards() -> Iterator[tuple[str, type[models.Model], Any]]:
    """Every rule that the database keeps for our models, with its constraint or its trigger."""
    for model in OWN_MODELS:
        for constraint in model._meta.constraints:
            yield constraint.name, model, constraint
    registered: Any = pgtrigger.registered()  # its stubs say Model where they mean the class
    for model, trigger in registered:
        if model in OWN_MODELS and trigger.when != pgtrigger.After:  # what comes after keeps sums, and refuses nothing
            yield from ((rule, model, trigger) for rule in RULE.findall(trigger.get_func(model)) or [trigger.name])


NO_TRUNCATE = {name for name, _, _ in guards() if name.endswith("_no_truncate")}


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def put_aside(names: Set[str]) -> None:
    """Take guards away, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit forbids ALTER TABLE
    for model, found in [(model, found) for name, model, found in guards() if name in names]:
        if isinstance(found, models.BaseConstraint):
            with connection.schema_editor() as editor:
                editor.remove_constraint(model, found)
        else:
            found.disable(model)


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_the_guard_refuses_the_attempt_and_nothing_else_does(attempt: Attempt) -> None:
    sql = attempt.sql(attempt.make())
    with pytest.raises(IntegrityError, match=rf"\b{attempt.guard}\b"):
        run(sql)

    put_aside(NO_TRUNCATE if attempt.form is truncate else {attempt.guard})  # truncating goes on to other tables

    run(sql)


def test_every_constraint_and_trigger_has_an_attempt_and_every_attempt_a_guard() -> None:
    assert {attempt.guard for attempt in ATTEMPTS} == {name for name, _, _ in guards()}


def test_every_foreign_key_protects_what_it_points_to() -> None:
    fields = [field for model in OWN_MODELS for field in model._meta.local_fields]
    keys = [field for field in fields if isinstance(field, models.ForeignKey)]

    assert {str(key) for key in keys if key.remote_field.on_delete is not models.PROTECT} == set()
    assert len(keys) > 30


def test_no_foreign_key_in_the_database_passes_a_deletion_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text ~ %s"
            " AND (confdeltype <> 'a' OR confupdtype <> 'a')",
            [f"^({'|'.join(APPS)})_"],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("referenced", ["owner", "strategy", "author", "organisation"])
def test_a_referenced_row_is_not_deleted(referenced: str) -> None:
    make_period()
    activity = make_activity()
    rows: dict[str, models.Model] = {
        "author": make_draft(activity).author,
        "owner": activity.owner,
        "organisation": activity.owner.organisation,
        "strategy": activity.strategy,
    }
    row = rows[referenced]
    with pytest.raises(IntegrityError, match="foreign key"):
        run(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}")


@pytest.mark.parametrize("number", ["a.b.c", "1.1.x", "1..1", "1.1.", "one"])
def test_a_number_of_anything_but_figures_is_not_even_stored(number: str) -> None:
    sql = copy("", make_activity, number=f"'{number}'").sql(make_activity())
    with pytest.raises((DataError, IntegrityError)):
        run(sql)


def test_numbers_order_as_integers() -> None:
    objective = make_objective()
    for number in ("1.1.10", "1.1.2", "1.1.1"):
        make_activity(number, objective=objective)

    assert [row.number for row in KeyActivity.objects.order_by("order")] == ["1.1.1", "1.1.2", "1.1.10"]

"""Triggers that keep history: they see bulk and raw SQL too, and have no switch in production.

Each refuses as a constraint does, with an integrity error that begins with its name.
"""

import pgtrigger


def refuse_when(name: str, message: str, problem: str) -> str:
    """The part of a trigger's body that refuses a row for which the SQL `problem` is true."""
    return f"""
        IF {problem} THEN
            RAISE EXCEPTION '{name}: {message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    """


def refuse(
    name: str, message: str, operation: pgtrigger.Operation, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """Refuse an operation on every row, or on those that meet the condition."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.Before,
        condition=condition,
        func=refuse_when(name, message, "true") + "RETURN NULL;",
    )


def set_once(name: str, message: str, *columns: str) -> pgtrigger.Trigger:
    """Refuse a change of columns that already hold a value."""
    changed = " OR ".join(f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in columns)
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=refuse_when(name, message, changed) + "RETURN NEW;",
    )


def no_truncate(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE, which row triggers never see."""
    return pgtrigger.Trigger(
        name=f"{name}_no_truncate",
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func=refuse_when(f"{name}_no_truncate", "these rows are kept", "true") + "RETURN NULL;",
    )


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to change, delete or truncate rows once written."""
    changed = pgtrigger.Update | pgtrigger.Delete
    return [refuse(f"{name}_append_only", "these rows are never changed", changed), no_truncate(name)]


def no_delete(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to delete or truncate rows that others' history hangs on."""
    return [refuse(f"{name}_no_delete", "these rows are kept", pgtrigger.Delete), no_truncate(name)]


def append_only_but(name: str, *columns: str) -> list[pgtrigger.Trigger]:
    """Refuse to delete or truncate rows, and to change any but these columns, each of which is filled once."""
    rest = " - ".join(["to_jsonb({row})", *(f"'{column}'" for column in columns)])
    changed = f"{rest.format(row='OLD')} IS DISTINCT FROM {rest.format(row='NEW')}"
    return [
        set_once(f"{name}_filled_once", "it is filled once", *columns),
        pgtrigger.Trigger(
            name=f"{name}_append_only",
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            func=refuse_when(f"{name}_append_only", "these rows are never changed", changed) + "RETURN NEW;",
        ),
        *no_delete(name),
    ]

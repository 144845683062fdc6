"""Triggers that keep history: they see bulk and raw SQL too, and have no switch in production."""

import pgtrigger


def refuse_when(name: str, message: str, problem: str) -> str:
    """The part of a trigger's body that refuses a row for which the SQL `problem` is true."""
    return f"""
        IF {problem} THEN
            RAISE EXCEPTION '{name}: {message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    """


def set_once(name: str, *columns: str) -> pgtrigger.Trigger:
    """Refuse a change of columns that already hold a value."""
    changed = " OR ".join(f"(OLD.{c} IS NOT NULL AND NEW.{c} IS DISTINCT FROM OLD.{c})" for c in columns)
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func=refuse_when(name, "a baseline is set once; ask for a new date instead", changed) + "RETURN NEW;",
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
    return [
        pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(name),
    ]


def no_delete(name: str) -> list[pgtrigger.Trigger]:
    """Refuse to delete or truncate rows that others' history hangs on."""
    return [pgtrigger.Protect(name=f"{name}_no_delete", operation=pgtrigger.Delete), no_truncate(name)]

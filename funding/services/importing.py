"""Files of the finance system: kept for the worker, their columns named, and what people ask to be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from secrets import token_hex

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from aims.errors import AlreadyDecided, Refused
from funding.imports.columns import signature_of
from funding.models import FundingImport, ImportLayout
from funding.models.imports import import_storage

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file; `is_new` unless the very same one waits, or was taken over and still stands."""

    imported: FundingImport
    is_new: bool


def keep_upload(*, content: bytes, name: str, by: User, now: datetime) -> Upload:
    """Keep a file for the worker to read. The same file again is not kept: what it brought stands already."""
    digest = sha256(content).hexdigest()
    same = _same_file(digest)
    if same:
        return Upload(same, is_new=False)
    stored = import_storage().save(token_hex(16), ContentFile(content))
    try:
        made: FundingImport = FundingImport.objects.create(
            name=name, sha256=digest, stored=stored, uploaded_by=by, uploaded_at=now
        )
    except BaseException:
        import_storage().delete(stored)
        raise
    return Upload(made, is_new=True)


@transaction.atomic
def choose_columns(
    *, imported: FundingImport, columns: Mapping[str, str], unit: int, by: User, now: datetime
) -> FundingImport:
    """Save what the columns of this kind of file mean, for this file and the next ones.

    Raises `AlreadyDecided` once the file has been read: the next upload is read by what is saved now.
    """
    locked = hold_import(imported)
    if not locked.headings:
        raise Refused("The file has not been looked into yet: wait until its headings are known")
    signature = signature_of([words for _, words in locked.headings])
    said = {"columns": dict(columns), "unit": unit, "saved_by": by, "saved_at": now}
    layout, _ = ImportLayout.objects.update_or_create(signature=signature, defaults={**said, "name": locked.name[:120]})
    if locked.read_at is None and locked.stopped_at is None:
        locked.layout = layout
        locked.save(update_fields=["layout"])
    return locked


@transaction.atomic
def stop_import(*, imported: FundingImport, now: datetime) -> FundingImport:
    """Stop reading or taking over a file, or drop its preview: nothing of it is kept, and nothing was changed."""
    locked = hold_import(imported)
    if locked.taken_over_at:
        raise AlreadyDecided("The file has been taken over already: undo the import instead")
    if locked.stopped_at:
        raise AlreadyDecided("The import was stopped already")
    locked.stopped_at = now
    locked.lines.all().delete()
    forget_bytes(locked)
    locked.save()
    return locked


@transaction.atomic
def ask_to_take_over(*, imported: FundingImport, reason: str, by: User, now: datetime) -> FundingImport:
    """Have a worker take a file over. Raises `Refused` while something is wrong with it, or wants a reason."""
    locked = hold_import(imported)
    _refuse_ended(locked)
    if locked.read_at is None or locked.problems_found:
        raise Refused("The file cannot be taken over: something in it has to be put right first")
    if not locked.lines.exists():
        raise Refused("The file changes nothing: everything in it stands already")
    if not reason.strip() and locked.lines.exclude(unusual="").exists():
        raise Refused("Say why the unusual figures are right")
    locked.asked_by, locked.asked_at, locked.reason = by, now, reason.strip()
    locked.save()
    return locked


@transaction.atomic
def ask_to_undo(*, imported: FundingImport, reason: str, by: User, now: datetime) -> FundingImport:
    """Have a worker undo an import: what waits is given back, what is approved is answered by one that undoes it."""
    locked = hold_import(imported)
    if not locked.taken_over_at:
        raise Refused("Only what was taken over can be undone")
    if locked.undo_asked_at:
        raise AlreadyDecided("The import is undone already, or is being undone")
    if not reason.strip():
        raise Refused("Say why the import is undone")
    locked.undo_asked_by, locked.undo_asked_at, locked.undo_reason = by, now, reason.strip()
    locked.save()
    return locked


def drop_old_imports(*, now: datetime) -> int:
    """Stop the imports that nobody came back to for some days; returns how many."""
    old = FundingImport.objects.open().filter(uploaded_at__lt=now - KEPT_FOR)
    return len([stop_import(imported=found, now=now) for found in old])


def hold_import(imported: FundingImport) -> FundingImport:
    """The import as it stands, locked until the transaction ends."""
    locked: FundingImport = (
        FundingImport.objects.select_for_update(of=("self",)).select_related("layout").get(pk=imported.pk)
    )
    return locked


def forget_bytes(locked: FundingImport) -> None:
    """Remove a file's bytes once that is certain. The caller saves."""
    if locked.stored:
        transaction.on_commit(partial(import_storage().delete, locked.stored), robust=True)
        locked.stored = ""


def _same_file(digest: str) -> FundingImport | None:
    """The import that has this very file, while it waits or while something of what it brought stands."""
    same = FundingImport.objects.filter(sha256=digest)
    stands = same.filter(taken_over_at__isnull=False, undo_asked_at__isnull=True, returns__returned_at__isnull=True)
    return same.open().filter(problems_found=0).first() or stands.first()


def _refuse_ended(locked: FundingImport) -> None:
    if locked.taken_over_at or locked.asked_at:
        raise AlreadyDecided("The file has been taken over already, or is being taken over: nothing was done twice")
    if locked.stopped_at:
        raise AlreadyDecided("The import was stopped: upload the file again")

"""Who wrote in an update: kept for good, since none of them may approve it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.guards import append_only, refuse_when

ONLY_WHILE_OPEN = "".join(
    [
        refuse_when(
            "approved_takes_no_editor",
            "the update is approved",
            "EXISTS (SELECT 1 FROM aims_progressupdate u WHERE u.id = NEW.progressupdate_id AND u.stage = 'approved')",
        ),
        "RETURN NEW;",
    ]
)


class UpdateEditor(models.Model):
    """That a person wrote in an update. Neither the person nor the fact goes away, and none is added afterwards."""

    progressupdate = models.ForeignKey(
        "aims.ProgressUpdate",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the unique constraint begins with it
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "aims_progressupdate_editors"
        constraints = [models.UniqueConstraint(name="editor_named_once", fields=["progressupdate", "user"])]
        triggers = [
            *append_only("editor"),
            pgtrigger.Trigger(
                name="approved_takes_no_editor",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=ONLY_WHILE_OPEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in update {self.progressupdate_id}"

"""The duty to answer for a dossier passed from one agency to another."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from motcua.dossiers.models.dossier import Dossier
from motcua.kit.ids import uuid7
from motcua.organisation.models import Reorganisation


class AgencyHandover(models.Model):
    """One passing of a dossier from agency to agency, written once; the dossier's own columns say who has it now.

    Before the first one it was with `from_competent`, afterwards with `to_competent`; the same for who receives and
    returns. `effective_on` is the day from which the other agency answers, `at` when it was recorded, by which figures
    count. The agencies are plain keys, because a million of these rows are written in one night; their batch checks
    them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="handovers", db_index=False)
    place = models.PositiveSmallIntegerField()
    reorganisation = models.ForeignKey(
        Reorganisation,
        on_delete=models.PROTECT,
        related_name="handovers",
        db_constraint=False,
        db_index=False,
    )
    from_competent = models.UUIDField(null=True)
    to_competent = models.UUIDField(null=True)
    from_receiving = models.UUIDField(null=True)
    to_receiving = models.UUIDField(null=True)
    effective_on = models.DateField()
    at = models.DateTimeField()
    # The place was not known finely enough: it went to the default successor, and a person should look.
    flagged = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "place"], name="handover_place_once")]
        indexes = [
            models.Index(fields=["from_competent", "at"], name="handover_from"),
            models.Index(fields=["from_receiving", "at"], name="handover_from_desk"),
            # Rows come in the order of their moments, a night at a time: figures ask whether any came since a day.
            BrinIndex(fields=["at"], name="handover_at"),
            models.Index(fields=["reorganisation", "id"], condition=Q(flagged=True), name="handover_flagged"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.place}"

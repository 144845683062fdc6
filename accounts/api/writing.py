"""What all that can be written through the API shares: who may, strict bodies, one effect, seen before changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypeVar, cast

from django.db import transaction
from django.db.models import Model
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.idempotency import answered_once
from accounts.api.parameters import refuse_other_parameters
from accounts.api.parsers import refuse_large
from accounts.api.preconditions import entity_tag, require_match
from accounts.api.viewsets import VisibleViewSet
from accounts.choices import KeyScope
from accounts.models import ApiKey, User

Row = TypeVar("Row", bound=Model)
CREATED = 201


class MayReport(BasePermission):
    """Reading is open; writing takes a session, or a key that was made for it. What may be written, services say."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS or getattr(view, "action", None) is None:
            return True  # what nobody may do here answers everybody with the methods that there are
        key = request.auth
        return request.user.is_authenticated and (not isinstance(key, ApiKey) or key.may(KeyScope.UPDATE_OWN))


class Body(serializers.Serializer[Any]):
    """A body that is taken strictly: a field that is not known is an error, so that none is lost by a misspelling.

    `stays` names the fields that say what it is about: a change leaves them out.
    """

    stays: ClassVar[tuple[str, ...]] = ()

    def get_fields(self) -> dict[str, Any]:
        left_out = self.stays if self.partial else ()
        return {name: field for name, field in super().get_fields().items() if name not in left_out}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = {name: [self._why_not(name)] for name in data if name not in known}
            if unknown:
                raise ValidationError(unknown)
        return super().to_internal_value(data)

    def _why_not(self, name: str) -> str:
        if name in self.stays:
            return f"“{name}” stays as it is: leave it out."
        return f"There is no field “{name}” to write."


class Creates(VisibleViewSet[Row]):
    """A list that takes new items. `body_class` reads what was sent, `write` gives it to the service."""

    permission_classes = [MayReport]
    body_class: ClassVar[type[Body]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_large(request)

    def create(self, request: Request) -> Response:
        """One effect for each `Idempotency-Key`, and an answer that can be asked for again."""
        refuse_other_parameters(request.query_params, ())
        return answered_once(request, partial(self._create, request))

    def _create(self, request: Request) -> Response:
        body = self.body_class(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return self._answer(self.write(body.validated_data).pk, CREATED)

    @property
    def reporter(self) -> User:
        """Who writes; never called before `permission_classes` found somebody signed in."""
        return cast(User, self.request.user)

    def write(self, values: Mapping[str, Any]) -> Row:
        """What the service makes of the values, in the request's transaction."""
        raise TypeError(f"{type(self).__name__} does not say what it writes")

    def _answer(self, pk: int, status: int) -> Response:
        told = self.get_serializer(self.get_queryset().get(pk=pk)).data
        headers = {"ETag": entity_tag(told), "Content-Location": str(told["url"])}
        headers |= {"Location": str(told["url"])} if status == CREATED else {}
        return Response(told, status=status, headers=headers)


class Changes(Creates[Row]):
    """Items that can be changed, by whoever has seen them as they stand.

    `change_permission` is asked of what the item belongs to, which `part_of` names.
    """

    change_permission: ClassVar[str]

    @transaction.atomic
    def partial_update(self, request: Request, **reference: str) -> Response:
        """Change the fields that are given; `If-Match` names the state that they were changed from."""
        refuse_other_parameters(request.query_params, ())
        found = self.held()
        if not self.reporter.has_perm(self.change_permission, self.part_of(found)):
            raise PermissionDenied
        require_match(request, self.get_serializer(found).data)
        body = self.body_class(data=request.data, context=self.get_serializer_context(), partial=True)
        body.is_valid(raise_exception=True)
        return self._answer(self.change(found, body.validated_data).pk, 200)

    def part_of(self, found: Row) -> Model:
        """What the asker has to report on to change this item."""
        raise TypeError(f"{type(self).__name__} does not say what its items belong to")

    def held(self) -> Row:
        """The item as it stands under the locks that the change takes, in its order.

        Without any where the change compares versions itself.
        """
        return self.get_object()

    def change(self, found: Row, values: Mapping[str, Any]) -> Row:
        """What the service makes of the changed values; it refuses when the row moved since it was read."""
        raise TypeError(f"{type(self).__name__} does not say what it changes")

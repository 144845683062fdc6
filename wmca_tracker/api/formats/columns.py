"""The columns of a list as CSV: read from its serializers, so that CSV, CSVW and JSON can never tell different fields.

A field of something inside an item has a column of its own, `included.owner.title`. Several references stand in one
field with a space between them; several items, and what has no fixed fields, stand in one field as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drf_spectacular.drainage import get_override
from drf_spectacular.plumbing import build_basic_type
from rest_framework import serializers
from rest_framework.relations import ManyRelatedField, SlugRelatedField
from rest_framework.renderers import JSONRenderer

from accounts.api.includes import INCLUDED, narrowed
from reporting.packs.plain import harmless

SPACE = " "
STRING, AS_JSON = "string", "json"
# The first that fits counts: a heir stands before what it inherits from.
DATATYPES: tuple[tuple[type[Any], str], ...] = (
    (serializers.BooleanField, "boolean"),
    (serializers.IntegerField, "integer"),
    (serializers.DecimalField, "decimal"),
    (serializers.DateTimeField, "dateTimeStamp"),
    (serializers.DateField, "date"),
    (serializers.URLField, "anyURI"),
    (serializers.HyperlinkedRelatedField, "anyURI"),
    (serializers.ListSerializer, AS_JSON),
    (serializers.ListField, AS_JSON),
    (serializers.DictField, AS_JSON),
    (serializers.JSONField, AS_JSON),
)
# What a computed field says of itself to the API's description, as type or format of JSON Schema.
SCHEMA_DATATYPES = {
    "array": AS_JSON,
    "object": AS_JSON,
    "boolean": "boolean",
    "integer": "integer",
    "uri": "anyURI",
    "date": "date",
    "date-time": "dateTimeStamp",
    "decimal": "decimal",
}
REFERENCES = (SlugRelatedField, serializers.SlugField, serializers.ChoiceField)
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `path` leads to its value in an item as JSON tells it.

    `values` are those of an enumeration, empty elsewhere; `is_required` says that it is never empty.
    """

    path: Path
    description: str
    datatype: str
    values: tuple[str, ...] = ()
    separator: str = ""
    is_required: bool = False

    @property
    def name(self) -> str:
        """What heads it."""
        return ".".join(self.path)

    def field(self, item: Mapping[str, Any]) -> str:
        """The item's value as a field of CSV; what is not known is empty, and no words can become a formula."""
        value: Any = item
        for name in self.path:
            value = None if value is None else value.get(name)
        if value is None:
            return ""
        if self.separator:
            return harmless(self.separator.join(map(str, value)))
        if self.datatype == AS_JSON or isinstance(value, bool | list | dict):
            return JSONRenderer().render(value).decode()
        return harmless(str(value)) if self.datatype == STRING else str(value)


def columns_of(view: Any) -> tuple[Column, ...]:
    """The columns of what a list tells of each item, as it was asked."""
    telling = view.telling
    columns = list(_columns(telling.narrowed(view.get_serializer()), (), always=True))
    for name, fields in telling.included.items():
        include, path = view.includes[name], (INCLUDED, name)
        if include.many:
            columns.append(Column(path, include.help_text, AS_JSON))
        else:
            columns += _columns(narrowed(include.serializer(context=view.get_serializer_context()), fields), path)
    return tuple(columns)


def _columns(serializer: Any, path: Path, *, always: bool = False) -> Iterator[Column]:
    """Those of one thing; `always` says that it is always there."""
    for name, field in serializer.fields.items():
        inside = _things_inside(field)
        if inside is None:
            yield _column(field, (*path, name), always=always and _is_always_there(field))
        else:
            yield from _columns(inside, (*path, name), always=always and inside is field and _is_always_there(field))


def _is_always_there(field: Any) -> bool:
    return not (field.allow_null or field.default is None or isinstance(field, serializers.SerializerMethodField))


def _things_inside(field: Any) -> serializers.Serializer[Any] | None:
    """What has fields of its own in the place of a field."""
    told = _said(field)
    if isinstance(told, type) and issubclass(told, serializers.Serializer):
        told = told()
    return next((found for found in (field, told) if isinstance(found, serializers.Serializer)), None)


def _column(field: Any, path: Path, *, always: bool) -> Column:
    several = isinstance(field, ManyRelatedField)
    datatype = STRING if several else _datatype(field)
    words = datatype == STRING and not isinstance(field, REFERENCES)
    return Column(
        path=path,
        description=str(field.help_text or ""),
        datatype=datatype,
        values=tuple(map(str, field.choices)) if isinstance(field, serializers.ChoiceField) else (),
        separator=SPACE if several else "",
        is_required=always and not (several or words),
    )


def _datatype(field: Any) -> str:
    told = _said(field)
    if isinstance(told, serializers.ListSerializer):
        return AS_JSON
    if told is not None:
        return _datatype_in(told if isinstance(told, Mapping) else build_basic_type(told) or {})
    return next((datatype for form, datatype in DATATYPES if isinstance(field, form)), STRING)


def _datatype_in(schema: Mapping[str, Any]) -> str:
    """Of a value as JSON Schema tells it; its format says more than its type."""
    kinds = schema.get("type", ())
    told = (schema.get("format"), *((kinds,) if isinstance(kinds, str) else kinds))
    return next((SCHEMA_DATATYPES[kind] for kind in told if kind in SCHEMA_DATATYPES), STRING)


def _said(field: Any) -> Any:
    """What a computed field says of its form, else nothing."""
    if not isinstance(field, serializers.SerializerMethodField):
        return None
    return get_override(getattr(field.parent, str(field.method_name)), "field", None)

"""The summaries: parts added up in SQL, headlines by the rules, only rows that differ written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum, Value

from aims.models import KeyActivity
from aims.rules import Thresholds
from reporting import rules
from reporting.choices import Scope
from reporting.locks import ScopeKey
from reporting.models import Part, Summary
from reporting.summaries.parts import SUMS, number_in
from reporting.summaries.positions import NAMED, Written
from reporting.summaries.rounds import Round

RULED = ("as_at", "headline", "headline_reason", "score", "direction", "worst_id")
COMPARED = (*SUMS, *RULED)
HEADLINE_COUNTS = tuple(rules.Counts.__dataclass_fields__)

Found = dict[ScopeKey, dict[str, Any]]


def write_summaries(round_: Round, scopes: Collection[ScopeKey] | None = None) -> Written:
    """Bring the summaries of these scopes (None: of all) up to date; only rows that differ are touched.

    Cost: a few queries, whatever the number of activities; Python handles one row a scope.
    """
    found = dict(ruled(round_, list(_added_up(round_, scopes))))
    kept = {
        (Scope(row["scope"]), row["key"]): row
        for row in _wanted(Summary.objects.filter(period=round_.period), scopes).values("id", "scope", "key", *COMPARED)
    }
    changed = [scope for scope, row in found.items() if scope not in kept or _differs(row, kept[scope])]
    gone = [scope for scope in kept if scope not in found]
    _write(round_, {scope: found[scope] for scope in changed})
    Summary.objects.filter(pk__in=[kept[scope]["id"] for scope in gone]).delete()
    names = [f"{scope.value} {key}".strip() for scope, key in sorted([*changed, *gone])]
    return Written(len(names), tuple(names[:NAMED]))


def _added_up(round_: Round, scopes: Collection[ScopeKey] | None) -> Iterator[dict[str, Any]]:
    """One row a scope that has activities or money, with its counts and the rank of its worst member."""
    parts = Part.objects.filter(period=round_.period).order_by()
    by_objective = parts.filter(scope=Scope.OBJECTIVE)
    levels = (
        (Scope.STRATEGY, by_objective.annotate(to=Value(Scope.STRATEGY.value), of=Value(""))),
        (Scope.AIM, by_objective.annotate(to=Value(Scope.AIM.value), of=F("objective__aim__number"))),
        (None, parts.annotate(to=F("scope"), of=F("key"))),
    )
    sums = {f"sum_{name}": Sum(name) for name in SUMS}
    for level, rows in levels:
        keys = _keys_at(level, scopes)
        if keys is not None:
            added_up = rows.filter(keys).values("to", "of").annotate(rank=Min("worst_rank"), **sums)
            # A constant key makes SQL answer with a row of nothing where there is no part at all.
            yield from (row for row in map(dict[str, Any], added_up) if row["sum_activities"] or row["sum_not_traced"])


def _keys_at(level: Scope | None, scopes: Collection[ScopeKey] | None) -> Q | None:
    """The condition on the rows of a level; None where nothing is asked of it."""
    if scopes is None:
        return Q()
    asked = {
        scope: [key for other, key in scopes if other == scope]
        for scope in {scope for scope, _ in scopes}
        if level is None or scope == level
    }
    if level is None:
        asked = {scope: keys for scope, keys in asked.items() if scope not in (Scope.STRATEGY, Scope.AIM)}
    if not asked:
        return None
    return Q(*[Q(to=scope, of__in=keys) for scope, keys in sorted(asked.items())], _connector=Q.OR)


def _wanted(rows: QuerySet[Summary], scopes: Collection[ScopeKey] | None) -> QuerySet[Summary]:
    if scopes is None:
        return rows
    return rows.filter(Q(*[Q(scope=scope, key=key) for scope, key in sorted(scopes)], _connector=Q.OR))


def ruled(
    round_: Round, sums: list[dict[str, Any]], thresholds: Thresholds | None = None
) -> Iterator[tuple[ScopeKey, dict[str, Any]]]:
    """Each scope's row as it should stand: its counts, and what the rules say of them, by today's limits or others."""
    thresholds = thresholds or round_.period.strategy.thresholds
    worst = _activities(round_, (row["rank"] for row in sums if row["rank"] is not None))
    before = _headlines_before(round_)
    for row in sums:
        scope = (Scope(row["to"]), row["of"])
        counts = {name: row[f"sum_{name}"] for name in SUMS}
        verdict = _verdict(scope, counts, thresholds)
        yield (
            scope,
            {
                **counts,
                "as_at": round_.as_at,
                "headline": verdict.headline,
                "headline_reason": verdict.reason,
                "score": verdict.score,
                "direction": rules.direction(verdict.headline, before.get(scope)),
                "worst_id": worst.get(row["rank"]),
            },
        )


def _verdict(scope: ScopeKey, counts: dict[str, int], thresholds: Thresholds) -> rules.Verdict:
    counted = rules.Counts(**{name: counts[name] for name in HEADLINE_COUNTS})
    return rules.headline(counted, thresholds, wide=scope[0] != Scope.OBJECTIVE)


def _activities(round_: Round, ranks: Iterable[int]) -> dict[int | None, int]:
    """The ids of the activities that made these ranks."""
    numbers = {rank: number_in(rank) for rank in ranks}
    found = KeyActivity.objects.filter(strategy=round_.period.strategy_id, number__in=set(numbers.values()))
    ids = dict(found.values_list("number", "id"))
    return {rank: ids[number] for rank, number in numbers.items()}


def _headlines_before(round_: Round) -> dict[ScopeKey, str]:
    if round_.previous is None:
        return {}
    rows = Summary.objects.filter(period=round_.previous).values_list("scope", "key", "headline")
    return {(Scope(scope), key): headline for scope, key, headline in rows}


def _differs(row: dict[str, Any], kept: dict[str, Any]) -> bool:
    return any(row[name] != kept[name] for name in COMPARED)


def _write(round_: Round, rows: dict[ScopeKey, dict[str, Any]]) -> None:
    Summary.objects.bulk_create(
        [Summary(period=round_.period, scope=scope, key=key, **row) for (scope, key), row in sorted(rows.items())],
        update_conflicts=True,
        unique_fields=["period", "scope", "key"],
        update_fields=[name.removesuffix("_id") for name in COMPARED],
    )

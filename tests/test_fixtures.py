"""The initial load says what the strategy says, word for word, and loads.

`tests/data/wmca-aims-and-objectives.txt` is the real input: the strategy's own text, copied verbatim.
"""

import hashlib
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Organisation, Owner
from aims.choices import Kind, Role
from aims.models import Aim, KeyActivity, Objective, Place, Strategy
from funding.models import FundingStream

Fields = dict[str, Any]

HERE = Path(__file__).parent
FIXTURES = ("organisations", "strategy", "funding")
TEXTS = {name: (HERE.parent / "fixtures" / f"{name}.json").read_text(encoding="utf-8") for name in FIXTURES}
SOURCE = (HERE / "data" / "wmca-aims-and-objectives.txt").read_bytes()
SOURCE_SHA256 = "a98f324f77a9733f705011abed96de8ffd5100b44bcde3a36abed5db0dea742c"

TEXT = SOURCE.decode("utf-8")
BODY = TEXT[TEXT.index("\nWMCA aims and objectives\n") :]  # what precedes it introduces the authority
FLAT = re.sub(r"\s*\n\s*", " ", TEXT)  # a statement may run over a line break of the page
BULLETS = [bullet.strip() for bullet in re.findall(r"(?:• |^- )([^•\t\n<]+)", BODY, re.MULTILINE)]

SLUG = "wmca-aims-and-objectives"
PLACES = ("birmingham", "coventry", "dudley", "sandwell", "solihull", "walsall", "wolverhampton")
NAMED_AREAS = {
    "Black Country": {"dudley", "sandwell", "walsall", "wolverhampton"},
    "UK Central": {"solihull"},
    **{place.title(): {place} for place in PLACES},
}
# How the source prints a body whose full name the fixture gives.
PRINTED_AS = {
    "west-midlands-police-and-crime-commissioner": "Police and Crime Commissioner",
    "department-for-transport": "DfT",
    "birmingham-city-council": "Birmingham",
    "coventry-city-council": "Coventry",
    "dudley-metropolitan-borough-council": "Dudley",
    "sandwell-metropolitan-borough-council": "Sandwell",
    "solihull-metropolitan-borough-council": "Solihull",
    "walsall-metropolitan-borough-council": "Walsall",
    "city-of-wolverhampton-council": "Wolverhampton",
}


def rows(fixture: str, model: str) -> list[Fields]:
    """The fields of one model in one fixture, in the order of the file."""
    return [row["fields"] for row in json.loads(TEXTS[fixture]) if row["model"] == model]


STRATEGIES = rows("strategy", "aims.strategy")
AIMS = rows("strategy", "aims.aim")
OBJECTIVES = rows("strategy", "aims.objective")
ACTIVITIES = rows("strategy", "aims.keyactivity")
STREAMS = rows("funding", "funding.fundingstream")
ORGANISATIONS = rows("organisations", "accounts.organisation")
OWNERS = {owner["slug"]: owner for owner in rows("organisations", "accounts.owner")}


def parent(number: str) -> str:
    return number.rpartition(".")[0]


def printed_label(stream: Fields) -> set[str]:
    """The ways in which the source can print this stream's name and note."""
    return {stream["name"], f"{stream['name']} ({stream['source_note']})", f"{stream['name']} *"}


def keys(references: list[list[str]]) -> set[str]:
    return {slug for (slug,) in references}


def printed_name(organisation: Fields) -> str:
    name: str = organisation["name"]
    return PRINTED_AS.get(organisation["slug"], name)


def named_bodies(wording: str) -> set[str]:
    """The organisations that a wording names; a constituent authority counts as a place instead."""
    return {
        organisation["slug"]
        for organisation in ORGANISATIONS
        if organisation["membership"] is None and printed_name(organisation) in wording
    }


def test_the_source_is_the_verbatim_copy() -> None:
    assert hashlib.sha256(SOURCE).hexdigest() == SOURCE_SHA256


def test_the_counts_are_those_of_the_strategy() -> None:
    counts = [len(part) for part in (STRATEGIES, AIMS, OBJECTIVES, ACTIVITIES, STREAMS)]
    assert counts == [1, 6, 26, 112, 20]


def test_the_vision_is_the_printed_one_and_the_strategy_is_in_force() -> None:
    (strategy,) = STRATEGIES
    assert f"Our vision {strategy['vision']} West Midlands Combined Authority" in FLAT.replace("**", "")
    assert (strategy["slug"], strategy["is_in_force"]) == (SLUG, True)
    assert strategy["title"] in TEXT


def test_aim_titles_are_the_list_of_six_aims() -> None:
    printed = re.findall(r"^- (\d)\*\* \*\*(.+?)\*\*", TEXT, re.MULTILINE)
    assert [(aim["number"], aim["title"]) for aim in AIMS] == printed


def test_aim_statements_are_those_of_their_own_pages() -> None:
    headings = re.findall(r"^AIM (\d)(?: |\n\n)(.+)$", TEXT, re.MULTILINE)
    assert {(aim["number"], aim["statement"]) for aim in AIMS} == set(headings)


def test_every_objective_is_printed_beside_its_number() -> None:
    for objective in OBJECTIVES:
        number = "" if objective["number"] == "3.4" else re.escape(objective["number"])  # 3.4 has none in print
        pattern = rf"^{number}\s+(?:<p>)?{re.escape(objective['statement'])}(?:</p>|\t|$)"
        assert len(re.findall(pattern, BODY, re.MULTILINE)) == 1, objective["number"]


def test_every_activity_is_word_for_word_a_bullet_of_the_source_and_none_is_left_out() -> None:
    assert [activity["description"] for activity in ACTIVITIES] == BULLETS
    assert len(set(BULLETS)) == 112


def test_every_activity_stands_under_its_objective() -> None:
    starts = [BODY.index(objective["statement"]) for objective in OBJECTIVES] + [len(BODY)]
    assert starts == sorted(starts)
    spans = {o["number"]: (starts[at], starts[at + 1]) for at, o in enumerate(OBJECTIVES)}
    for activity in ACTIVITIES:
        first, last = spans[parent(activity["number"])]
        assert activity["description"] in BODY[first:last], activity["number"]


@pytest.mark.parametrize("members", [OBJECTIVES, ACTIVITIES], ids=["objectives", "activities"])
def test_numbers_count_up_within_what_they_belong_to(members: list[Fields]) -> None:
    seen: Counter[str] = Counter()
    for member in members:
        above = parent(member["number"])
        seen[above] += 1
        assert member["number"] == f"{above}.{seen[above]}"


def test_every_part_points_at_its_own_parent_in_the_strategy() -> None:
    assert all(part["strategy"] == [SLUG] for part in AIMS + OBJECTIVES + ACTIVITIES + STREAMS)
    assert all(o["aim"] == [SLUG, parent(o["number"])] for o in OBJECTIVES)
    assert all(a["objective"] == [SLUG, parent(a["number"])] for a in ACTIVITIES)
    assert {parent(a["number"]) for a in ACTIVITIES} == {o["number"] for o in OBJECTIVES}
    assert {parent(o["number"]) for o in OBJECTIVES} == {a["number"] for a in AIMS}


def test_role_kind_and_owner_are_given_and_only_proposed() -> None:
    for activity in ACTIVITIES:
        assert activity["role"] in Role.values
        assert activity["kind"] in Kind.values
        assert activity["is_proposed"] is True
    assert all(owner["is_proposed"] is True for owner in OWNERS.values())


def test_the_source_gives_no_dates_so_the_load_gives_none() -> None:
    dated = {"baseline_start", "baseline_end", "added_on", "retired_on"}
    assert not any(part.get(field) for part in AIMS + OBJECTIVES + ACTIVITIES for field in dated)


def test_every_owner_exists_and_is_approved_by_another_post_that_exists() -> None:
    organisations = {organisation["slug"] for organisation in ORGANISATIONS}
    assert {owner for activity in ACTIVITIES for owner in activity["owner"]} <= OWNERS.keys()
    for slug, owner in OWNERS.items():
        (approving,) = owner["approving_post"]
        assert approving in OWNERS
        assert approving != slug
        assert keys([owner["organisation"]]) <= organisations


def test_every_post_answers_for_an_activity_or_approves_another_post() -> None:
    answering = keys([activity["owner"] for activity in ACTIVITIES])
    approving = keys([owner["approving_post"] for owner in OWNERS.values()])
    assert answering | approving == OWNERS.keys()


def test_no_two_posts_that_answer_for_activities_approve_each_other() -> None:
    answering = keys([activity["owner"] for activity in ACTIVITIES])
    approvals = {(slug, owner["approving_post"][0]) for slug, owner in OWNERS.items() if slug in answering}
    assert not [pair for pair in approvals if pair[::-1] in approvals]


@pytest.mark.parametrize("organisation", ORGANISATIONS, ids=lambda organisation: organisation["slug"])
def test_every_organisation_is_named_in_the_source(organisation: Fields) -> None:
    assert printed_name(organisation) in FLAT


def test_the_seven_constituent_authorities_are_the_seven_places() -> None:
    constituent = {o["slug"] for o in ORGANISATIONS if o["membership"] == "constituent"}
    places = rows("organisations", "aims.place")
    assert {place["slug"] for place in places} == set(PLACES)
    assert keys([place["authority"] for place in places]) == constituent
    assert all(place["slug"] in place["authority"][0] for place in places)


def test_membership_is_left_empty_where_the_source_prints_none() -> None:
    kinds = {o["membership"] for o in ORGANISATIONS if o["kind"] != "local_authority"}
    assert kinds == {None}
    assert sum(o["kind"] == "enterprise_partnership" for o in ORGANISATIONS) == 4


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity["number"])
def test_places_and_contributors_are_those_that_the_wording_names(activity: Fields) -> None:
    wording = activity["description"]
    areas = [places for name, places in NAMED_AREAS.items() if name in wording]
    assert keys(activity["places"]) == set().union(*areas)

    own = OWNERS[activity["owner"][0]]["organisation"][0]
    assert keys(activity["contributors"]) == named_bodies(wording) - {own}


def test_the_twenty_streams_are_printed_so_and_total_4733_million() -> None:
    printed = re.findall(r"^([A-T])\t(.+)\t(\d+)$", TEXT, re.MULTILINE)
    assert [stream["code"] for stream in STREAMS] == [code for code, _, _ in printed]
    for stream, (_, label, millions) in zip(STREAMS, printed, strict=True):
        assert label in printed_label(stream)
        assert stream["award"] == f"{millions}000000.00"
    assert sum(Decimal(stream["award"]) for stream in STREAMS) == Decimal("4733000000.00")


def test_every_note_of_the_source_is_printed_there_and_none_is_lost() -> None:
    notes = {stream["code"]: stream["source_note"] for stream in STREAMS if stream["source_note"]}
    assert set(notes) == set("CDEKLMOQ")
    assert all(note in FLAT for note in notes.values())
    assert f"* {notes['E']} WMCA aims and objectives" in FLAT


def test_every_stream_says_how_its_figure_was_printed() -> None:
    assert all(stream["data_note"].startswith("Printed as leveraged 2017-2021") for stream in STREAMS)
    particular = {s["code"]: s["data_note"] for s in STREAMS}
    assert "£137.5m" in particular["L"]
    assert "£321m" in particular["E"]
    assert "Farebox" in particular["G"]
    assert "Loans" in particular["I"]


def test_funder_kind_of_spend_and_years_are_never_guessed() -> None:
    assert {s["code"]: s["funder"] for s in STREAMS if s["funder"]} == {"K": ["department-for-transport"]}
    assert all(s[field] is None for s in STREAMS for field in ("spend_kind", "starts_year", "ends_year"))


def test_no_person_whom_the_source_names_is_loaded() -> None:
    people = re.findall(r"^Cllr (.+)$", TEXT, re.MULTILINE) + re.findall(
        r"^Mayor of the West Midlands\n(.+)$", TEXT, re.MULTILINE
    )
    assert len(people) == 8
    for name, text in TEXTS.items():
        assert not [person for person in people if person in text], name


def test_rows_have_natural_keys_alone() -> None:
    assert not [row for text in TEXTS.values() for row in json.loads(text) if "pk" in row]


@pytest.mark.django_db
def test_loading_twice_loads_once() -> None:
    for _ in range(2):
        call_command("loaddata", *FIXTURES, verbosity=0)

    models = (Strategy, Aim, Objective, KeyActivity, FundingStream, Place, Organisation, Owner)
    counts = [model._default_manager.count() for model in models]
    assert counts == [1, 6, 26, 112, 20, 7, len(ORGANISATIONS), len(OWNERS)]
    assert KeyActivity.contributors.through.objects.count() == sum(len(a["contributors"]) for a in ACTIVITIES)
    assert KeyActivity.places.through.objects.count() == sum(len(a["places"]) for a in ACTIVITIES)


@pytest.mark.django_db
def test_loaded_rows_answer_to_their_natural_keys() -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)

    activity = KeyActivity.objects.get_by_natural_key(SLUG, "3.4.4")
    assert activity.objective == Objective.objects.get_by_natural_key(SLUG, "3.4")
    assert activity.objective.aim == Aim.objects.get_by_natural_key(SLUG, "3")
    assert activity.order == [3, 4, 4]
    assert activity.owner.approving_post is not None
    assert FundingStream.objects.get_by_natural_key(SLUG, "A").award == Decimal("1050000000.00")
    wolverhampton = Place.objects.get_by_natural_key("wolverhampton")
    assert {a.number for a in wolverhampton.activities.all()} == {"1.4.1", "1.4.4"}

"""Attempts on the Board's answers: of a known kind, never empty, never changed."""

from reporting.choices import Reply
from reporting.models import Answer
from tests.constraints.attempts import change, copy, empty, remove
from tests.constraints.reviews import make_line
from tests.factories import IN_ROUND, make_user


def make_answer() -> Answer:
    line = make_line()
    return Answer.objects.create(line=line, reply=Reply.AGREED, text="For one year.", at=IN_ROUND, by=make_user())


ATTEMPTS = [
    copy("answer_reply_known", make_answer, reply="'perhaps'"),
    copy("answer_says_something", make_answer, text="' '"),
    change("answer_append_only", make_answer, text="'Never.'"),
    remove("answer_append_only", make_answer),
    empty("answer_no_truncate", make_answer),
]

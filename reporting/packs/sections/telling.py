"""What an activity tells, in the words that several sections share."""

from __future__ import annotations

from reporting.lines.rows import ActivityLine, PostLine, Told


def told_by(line: ActivityLine) -> Told | None:
    """The update that counts, else the one carried forward."""
    return line.update or line.carried


def post_of(post: PostLine) -> str:
    """The post with its organisation."""
    return f"{post.title}, {post.organisation.name}"

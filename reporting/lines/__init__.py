"""The lines of a review: what is sealed at its closing, and what every page and file of it is made from."""

from reporting.lines.book import Book, Line, bind, read_line
from reporting.lines.codec import read, write
from reporting.lines.keys import key_of, keyed

__all__ = ["Book", "Line", "bind", "key_of", "keyed", "read", "read_line", "write"]

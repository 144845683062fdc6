"""The lines of a review: what is sealed at its closing, and what every page and file of it is made from."""

from reporting.lines.book import Book, Line, bind, read_line
from reporting.lines.codec import read, write

__all__ = ["Book", "Line", "bind", "read", "read_line", "write"]

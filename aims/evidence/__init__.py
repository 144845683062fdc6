"""What may be attached as evidence, told by looking into the file: never by its name or the browser's word alone.

Own signatures and not a library: puremagic, filetype and python-magic tell a zip from a PDF, and the last wants a
shared library on every machine; none tells a workbook with macros from one without, a picture that ends where it
says from one with a program behind it, or a page of HTML that begins like a PDF. That reading is needed anyway, and
with it the first bytes are known too.
"""

from aims.evidence.looking import SUFFIXES, Found, look_into
from aims.evidence.refusals import ALLOWED, Unfit

__all__ = ["ALLOWED", "SUFFIXES", "Found", "Unfit", "look_into"]

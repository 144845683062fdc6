"""What people, programs and attackers upload in the place of a filled-in workbook, and what each is told.

Each kind makes its file from a fresh download with two activities, 1.1.1 in row 2 and 1.1.2 in row 3.
"""

from __future__ import annotations

import bz2
import gzip
import zipfile
from dataclasses import dataclass
from datetime import date, time, timedelta

from tests.aims.workbook_files import filled, heading
from tests.aims.workbook_surgery import (
    BOOK,
    LAUGHS,
    LETTERS,
    OLD,
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    Make,
    altered,
    at,
    book,
    cell,
    copy_row,
    flipped,
    heavy_text,
    hide_the_sheet,
    huge_sheet,
    inline,
    instead,
    locked_part,
    lying,
    many_rows,
    many_styles,
    nested_markup,
    on_sheet,
    packed,
    parts_of,
    put,
    replaced,
    twice,
    typed,
    with_parts,
    without,
    without_cells,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A file that cannot be taken: how it is made, and a part of what its uploader reads."""

    name: str
    make: Make
    told: str

    def __str__(self) -> str:
        return self.name


NO_WORKBOOK = "download the sheet anew"
SAVE_AS = "Save As, Excel Workbook (.xlsx)"
LOST = "The hidden cells of this row have been changed or lost"
DAY = "Enter a date such as 31 January 2027"
DAMAGED = "The file is damaged, or was not saved by a spreadsheet program"
CUT = "The file is cut off or damaged"

OTHER_FILES = [
    Kind("nothing", instead(b""), "The file is empty"),
    Kind("noise", instead(bytes(range(256)) * 40), "This is not an Excel workbook"),
    Kind(
        "csv",
        instead(b"Activity,How is delivery now?\n1.1.1,On track\n"),
        f"This is text or CSV, whatever its name: in Excel choose {SAVE_AS}",
    ),
    Kind("csv in utf-16", instead("Activity;How\n1.1.1;On track".encode("utf-16")), "This is text or CSV"),
    Kind("csv in latin-1", instead("Activity;Café\n".encode("latin-1")), "This is text or CSV"),
    Kind("csv with a byte order mark", instead(b"\xef\xbb\xbfActivity,How\n"), "This is text or CSV"),
    Kind("web page", instead(b"<html><table><tr><td>1.1.1</td></tr></table></html>"), "This is a web page or XML"),
    Kind("spreadsheet of 2003 in xml", instead(b"<?xml version='1.0'?><Workbook/>"), "This is a web page or XML"),
    Kind("pdf", instead(b"%PDF-1.7\n%\xe2\xe3"), "This is a PDF"),
    Kind("rich text", instead(b"{\\rtf1\\ansi 1.1.1}"), "This is a text document"),
    Kind("gzip", gzip.compress, "This is a compressed file"),
    Kind("bzip2", bz2.compress, "This is not an Excel workbook"),
    Kind("7z", instead(b"7z\xbc\xaf\x27\x1c" + b"\0" * 90), "This is a compressed file"),
    Kind("rar", instead(b"Rar!\x1a\x07\x01\x00" + b"\0" * 90), "This is a compressed file"),
    Kind("excel of 97", instead(OLD), "This is a file of an old kind"),
    Kind(
        "locked with a password",
        instead(OLD + "EncryptedPackage".encode("utf-16-le")),
        "The workbook is locked with a password",
    ),
    Kind(
        "opendocument",
        instead(packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})),
        "This is an OpenDocument file (.ods)",
    ),
    Kind("word", instead(packed({TYPES: b"<Types/>", "word/document.xml": b"<a/>"})), "This is a Word document"),
    Kind(
        "powerpoint", instead(packed({TYPES: b"<Types/>", "ppt/presentation.xml": b"<a/>"})), "This is a presentation"
    ),
    Kind("numbers", instead(packed({"Index/Document.iwa": b"a"})), "This is an Apple Numbers file"),
    Kind(
        "binary workbook",
        instead(packed({TYPES: b"<Types/>", "xl/workbook.bin": b"a"})),
        "This is a binary workbook (.xlsb)",
    ),
    Kind("zip of something", instead(packed({"notes.txt": b"1.1.1"})), "This is a packed file, but no workbook"),
    Kind(
        "zip of the workbook",
        lambda content: packed({"updates.xlsx": content}),
        "The file has other files packed inside",
    ),
    Kind("empty zip", instead(packed({})), "This is not an Excel workbook"),
]
DAMAGED_FILES = [
    Kind("cut in half", lambda content: content[: len(content) // 2], CUT),
    Kind("cut at its end", lambda content: content[:-30], CUT),
    Kind("begun late", lambda content: content[100:], "This is not an Excel workbook"),
    Kind("bytes turned over", flipped, CUT),
    Kind("part that lies about its size", lying, CUT),
    Kind("part said to be locked", locked_part, "locked with a password"),
    Kind("part twice", twice, "The file holds a part twice"),
    Kind("packed by bzip2", lambda content: packed(parts_of(content), zipfile.ZIP_BZIP2), "packed in an unusual way"),
    Kind("packed by lzma", lambda content: packed(parts_of(content), zipfile.ZIP_LZMA), "packed in an unusual way"),
    Kind("no book", without(BOOK), DAMAGED),
    Kind("no table of types", without(TYPES), "This is a packed file, but no workbook"),
    Kind("no sheet", without(SHEET), "The workbook has no sheet named “Updates”"),
    Kind("no words", without(STRINGS), DAMAGED),
    Kind("no styles", replaced(STYLES, b"</styleSheet>", b""), DAMAGED),
    Kind("words past the end", cell("narrative", '<c r="{at}" t="s"><v>99999</v></c>'), DAMAGED),
    Kind("letters for a number", cell("narrative", '<c r="{at}"><v>abc</v></c>'), DAMAGED),
    Kind("no place on the sheet", cell("narrative", '<c r="??"><v>1</v></c>'), DAMAGED),
    Kind("date that is none", cell("action_by", '<c r="{at}" t="d"><v>soon</v></c>'), DAMAGED),
    Kind("cell twice", cell("narrative", '<c r="{at}"><v>1</v></c><c r="{at}"><v>2</v></c>'), "is there twice"),
    Kind("markup cut off", replaced(SHEET, b"</sheetData>", b""), DAMAGED),
    Kind("bytes that are no utf-8", replaced(SHEET, b"<sheetData>", b"\xff\xfe<sheetData>"), DAMAGED),
    Kind(
        "sheet in utf-16",
        altered(SHEET, lambda part: part.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "another encoding than UTF-8",
    ),
    Kind(
        "sheet in latin-1",
        replaced(SHEET, b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
        "another encoding than UTF-8",
    ),
    Kind("lone surrogate in bytes", inline("narrative", "\ud800"), DAMAGED),
    Kind(
        "nothing but a stranger's sheet",
        replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../etc/passwd"),
        "The workbook has no sheet named “Updates”",
    ),
]
ATTACKS = [
    Kind(
        "larger than 5 MB",
        lambda content: packed(parts_of(content) | {"xl/a.bin": bytes(6_000_000)}, 0),
        "larger than 5 MB",
    ),
    Kind("bomb", huge_sheet, "unpacks to far more"),
    Kind("bomb in a small part", with_parts(xl__media__a_dot_png=b"\0" * 2_000_000), "unpacks to far more"),
    Kind(
        "thousand parts",
        lambda content: packed(parts_of(content) | {f"xl/a{n}.xml": b"<a/>" for n in range(1000)}),
        "more than 400 parts",
    ),
    Kind("file inside", with_parts(xl__media__a_dot_zip=packed({"a": b"a"})), "other files packed inside"),
    Kind(
        "file inside under a false name",
        with_parts(xl__media__a_dot_png=packed({"a": b"a"})),
        "other files packed inside",
    ),
    Kind("embedded object", with_parts(xl__embeddings__a_dot_bin=b"a"), "has other files inside"),
    Kind("link to another file", with_parts(xl__externalLinks__externalLink1_dot_xml=b"<a/>"), "Break Link"),
    Kind("macros", with_parts(xl__vbaProject_dot_bin=b"a"), "The workbook holds macros"),
    Kind("macros of old", with_parts(xl__macrosheets__sheet1_dot_xml=b"<a/>"), "The workbook holds macros"),
    Kind(
        "kind that may hold macros",
        replaced(TYPES, b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"),
        "may hold macros (.xlsm)",
    ),
    Kind(
        "billion laughs",
        replaced(STRINGS, b"?>", b'?><!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS + b"]>"),
        "declares entities",
    ),
    Kind(
        "file of the server",
        replaced(SHEET, b"?>", b'?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "declares entities",
    ),
    Kind("entity among the types", replaced(TYPES, b"?>", b'?><!DOCTYPE a [<!ENTITY x "a">]>'), "declares entities"),
    Kind("markup in markup in markup", altered(SHEET, nested_markup), NO_WORKBOOK),
    Kind(
        "million rows",
        replaced(SHEET, b"</sheetData>", b"".join(b'<row r="%d"/>' % n for n in range(4, 900_000)) + b"</sheetData>"),
        NO_WORKBOOK,
    ),
    Kind("ninety thousand styles", altered(STYLES, many_styles), NO_WORKBOOK),
    Kind(
        "million characters in a cell",
        inline("narrative", "word " * 200_000),
        f"{at('narrative')}</strong>: Shorten this to 4000 characters",
    ),
    Kind("text that many cells share", heavy_text, "more than two million characters"),
    Kind("rows without end", many_rows, "more than 500 rows"),
]
LAYOUTS = [
    Kind(
        "sheet renamed",
        on_sheet(lambda sheet: setattr(sheet, "title", "Mine")),
        "The workbook has no sheet named “Updates”",
    ),
    Kind(
        "sheet hidden",
        book(hide_the_sheet),
        "The sheet “Updates” is hidden",
    ),
    Kind(
        "sheet hidden well",
        replaced(BOOK, b'<sheet name="Updates"', b'<sheet state="veryHidden" name="Updates"'),
        "The sheet “Updates” is hidden",
    ),
    Kind(
        "sheet twice",
        replaced(BOOK, b'name="Instructions"', b'name="updates"'),
        "The workbook has no sheet named “Updates”",
    ),
    Kind(
        "column deleted",
        on_sheet(lambda sheet: sheet.delete_cols(7)),
        f"Updates!G1</strong>: The column “{heading('narrative')}” is missing",
    ),
    Kind("column renamed", put("G1", "News"), f"Updates!G1</strong>: The column “{heading('narrative')}” is missing"),
    Kind(
        "column twice",
        put("AH1", heading("narrative")),
        "Updates!AH1</strong>: The column “What has happened” is there twice",
    ),
    Kind(
        "headings deleted",
        on_sheet(lambda sheet: sheet.delete_rows(1)),
        "Updates!A1</strong>: The column “Activity” is missing",
    ),
    Kind(
        "title above the headings",
        on_sheet(lambda sheet: sheet.insert_rows(1)),
        "Updates!A1</strong>: The column “Activity” is missing",
    ),
    Kind("rows deleted", on_sheet(lambda sheet: sheet.delete_rows(2, 2)), "has no row with answers"),
    Kind(
        "merged cells",
        on_sheet(lambda sheet: sheet.merge_cells("G2:G3")),
        "Updates!G2:G3</strong>: Unmerge these cells",
    ),
    Kind("row twice", on_sheet(lambda sheet: copy_row(sheet, 2, 4)), "Updates!A4</strong>: 1.1.1 is also in row 2"),
    Kind("number unknown", put("A2", "9.9.9"), "Updates!A2</strong>: You have no activity 9.9.9 to update now"),
    Kind(
        "number of somebody else", put("A2", "2.1.1"), "Updates!A2</strong>: You have no activity 2.1.1 to update now"
    ),
    Kind("number of nobody", put("A2", "1.1.1'); DROP TABLE"), "Updates!A2</strong>: You have no activity"),
    Kind("number missing", put("A2", None), "Updates!A2</strong>: Enter the activity"),
    Kind("number by formula", put("A2", "=A3"), "Updates!A2</strong>: Enter the activity"),
    Kind(
        "hidden cells lost",
        on_sheet(without_cells("version", "basis", "shown_as_at", "round")),
        f"Updates!A2</strong>: {LOST}",
    ),
    Kind("hidden version not a number", put(f"{LETTERS['version']}2", "new"), f"Updates!A2</strong>: {LOST}"),
    Kind("hidden day not a day", put(f"{LETTERS['shown_as_at']}2", "2026-13-01"), f"Updates!A2</strong>: {LOST}"),
    Kind(
        "other round", put(f"{LETTERS['round']}2", "2025-26-h2"), "The sheet was made for another round than 2026/27 H1"
    ),
    Kind(
        "version of another day",
        lambda content: put(f"{LETTERS['version']}2", "7")(typed("narrative", "Goes on.")(content)),
        "Updates!A2</strong>: Somebody has saved, sent or decided",
    ),
    Kind("nothing filled in", lambda content: content, "Nothing in the sheet differs from what stands"),
]
ANSWERS = [
    Kind("formula", typed("narrative", "=1+1"), f"{at('narrative')}</strong>: Replace the formula"),
    Kind("formula for a date", typed("action_by", "=TODAY()"), f"{at('action_by')}</strong>: Replace the formula"),
    Kind("formula for a choice", typed("standing", '="On track"'), f"{at('standing')}</strong>: Replace the formula"),
    Kind(
        "formula that calls out",
        typed("evidence", '=WEBSERVICE("http://example.org")'),
        f"{at('evidence')}</strong>: Replace the formula",
    ),
    Kind(
        "array formula",
        cell("narrative", '<c r="{at}" t="str"><f t="array" ref="{at}">A1:A2</f><v>x</v></c>'),
        f"{at('narrative')}</strong>: Replace the formula",
    ),
    Kind(
        "shared formula",
        cell("narrative", '<c r="{at}" t="str"><f t="shared" si="0"/><v>x</v></c>'),
        f"{at('narrative')}</strong>: Replace the formula",
    ),
    Kind(
        "error",
        cell("narrative", '<c r="{at}" t="e"><v>#REF!</v></c>'),
        f"{at('narrative')}</strong>: Replace the error #REF!",
    ),
    Kind(
        "error for a date",
        cell("action_by", '<c r="{at}" t="e"><v>#N/A</v></c>'),
        f"{at('action_by')}</strong>: {DAY}",
    ),
    Kind("truth for words", typed("narrative", True), f"{at('narrative')}</strong>: Enter words"),
    Kind("truth for a date", typed("action_by", False), f"{at('action_by')}</strong>: {DAY}"),
    Kind("truth for a choice", typed("standing", True), f"{at('standing')}</strong>: Choose one of these"),
    Kind(
        "date for words",
        typed("decision_reference", date(2027, 3, 12)),
        f"{at('decision_reference')}</strong>: Enter words",
    ),
    Kind(
        "number too long to keep",
        typed("decision_reference", 12345678901234567890),
        f"{at('decision_reference')}</strong>: Format the cell as Text",
    ),
    Kind(
        "number past all numbers",
        cell("decision_reference", '<c r="{at}"><v>1e999</v></c>'),
        f"{at('decision_reference')}</strong>: Format the cell as Text",
    ),
    Kind("no date", typed("action_by", "soonish"), f"{at('action_by')}</strong>: {DAY}"),
    Kind("day that never comes", typed("action_by", "31/02/2027"), f"{at('action_by')}</strong>: {DAY}"),
    Kind("year of two figures", typed("action_by", "1/2/27"), f"{at('action_by')}</strong>: {DAY}"),
    Kind("month first", typed("action_by", "01/31/2027"), f"{at('action_by')}</strong>: {DAY}"),
    Kind(
        "year long gone",
        typed("action_by", date(1927, 1, 31)),
        f"{at('action_by')}</strong>: {DAY}, between 2000 and 2100",
    ),
    Kind("serial number too large", typed("action_by", 99_999_999), f"{at('action_by')}</strong>: {DAY}"),
    Kind("serial number below nothing", typed("action_by", -5), f"{at('action_by')}</strong>: {DAY}"),
    Kind(
        "serial number without end",
        cell("action_by", '<c r="{at}"><v>1e999</v></c>'),
        f"{at('action_by')}</strong>: {DAY}",
    ),
    Kind("time alone", typed("action_by", time(14, 30)), f"{at('action_by')}</strong>: {DAY}"),
    Kind("duration", typed("action_by", timedelta(hours=30)), f"{at('action_by')}</strong>: {DAY}"),
    Kind(
        "too many words",
        typed("narrative", "a" * 4001),
        f"{at('narrative')}</strong>: Shorten this to 4000 characters: it has 4001",
    ),
    Kind(
        "reference too long",
        typed("decision_reference", "a" * 81),
        f"{at('decision_reference')}</strong>: Shorten this to 80 characters",
    ),
    Kind("control character", inline("narrative", "a_x0001_b"), f"{at('narrative')}</strong>: Type this again"),
    Kind("character nought", inline("narrative", "a_x0000_b"), f"{at('narrative')}</strong>: Type this again"),
    Kind("lone surrogate", inline("narrative", "a_xD800_b"), f"{at('narrative')}</strong>: Type this again"),
    Kind("number with a nought", inline("number", "1.1.1_x0000_"), f"{at('number')}</strong>: Enter the activity"),
    Kind("number with half a letter", inline("number", "_xD800_"), f"{at('number')}</strong>: Enter the activity"),
    Kind(
        "standing unknown",
        typed("standing", "Great"),
        f"{at('standing')}</strong>: Choose one of these: Not started, On track",
    ),
    Kind(
        "standing of another role", typed("standing", "In progress"), f"{at('standing')}</strong>: Choose one of these"
    ),
    Kind(
        "forecast unknown",
        typed("forecast", "Sunny"),
        f"{at('forecast')}</strong>: Choose one of these: On track, At risk, Off track",
    ),
    Kind("cause unknown", typed("cause", "Fate"), f"{at('cause')}</strong>: Choose one of these: Funding or approval"),
    Kind(
        "paragraph unknown",
        typed("exempt_paragraph", 9),
        f"{at('exempt_paragraph')}</strong>: Choose one of these: Paragraph 1",
    ),
    Kind(
        "step unknown",
        typed("step", "Publish"),
        f"{at('step')}</strong>: Choose one of these: Send for approval, Save as draft",
    ),
    Kind("reasons missing", typed("standing", "Off track"), f"{at('cause')}</strong>: Choose the main cause"),
    Kind("words missing", typed("standing", "On track"), f"{at('narrative')}</strong>: Say what has happened"),
    Kind(
        "exempt text without its paragraph",
        lambda content: filled(content, "1.1.1", exempt_narrative="The bid", step="Save as draft"),
        f"{at('exempt_paragraph')}</strong>: Choose the paragraph",
    ),
    Kind(
        "day after the period",
        lambda content: filled(content, "1.1.1", as_at=date(2027, 1, 1), step="Save as draft"),
        f"{at('as_at')}</strong>: Enter a date up to 30 September 2026",
    ),
]
KINDS = [*OTHER_FILES, *DAMAGED_FILES, *ATTACKS, *LAYOUTS, *ANSWERS]

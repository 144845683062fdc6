"""Whether a picture is whole from its first byte to its last; nothing is unpacked or drawn."""

from __future__ import annotations

import struct
import zlib

from aims.evidence.refusals import damaged

START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
START_OF_SCAN = 0xDA
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}


def check_png(data: bytes) -> None:
    """Every chunk with its checksum, the header first, the end last and nothing behind it."""
    seen: list[bytes] = []
    at = 8
    try:
        while not seen or seen[-1] != b"IEND":
            length, kind = struct.unpack_from(">I4s", data, at)
            (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
            if zlib.crc32(memoryview(data)[at + 4 : at + 8 + length]) != checksum:
                raise damaged("PNG picture")
            seen.append(kind)
            at += 12 + length
    except struct.error as error:
        raise damaged("PNG picture") from error
    if seen[0] != b"IHDR" or b"IDAT" not in seen or at != len(data):
        raise damaged("PNG picture")


def check_jpeg(data: bytes) -> None:
    """Segment after segment up to the scan, a frame among them, and an end mark behind it."""
    markers: list[int] = []
    at = 2
    try:
        while not markers or markers[-1] != START_OF_SCAN:
            prefix, marker = struct.unpack_from(">BB", data, at)
            if prefix != 0xFF:
                raise damaged("JPEG picture")
            at += _segment(data, marker, at)
            markers.append(marker)
    except struct.error as error:
        raise damaged("JPEG picture") from error
    if not START_OF_FRAME & set(markers) or data.find(b"\xff\xd9", at) < 0:
        raise damaged("JPEG picture")


def _segment(data: bytes, marker: int, at: int) -> int:
    """The length of the segment at a place; a fill byte counts as one of its own."""
    if marker == 0xFF:
        return 1
    if marker in WITHOUT_LENGTH:
        return 2
    (length,) = struct.unpack_from(">H", data, at + 2)
    if length < 2 or marker == 0xD9:
        raise damaged("JPEG picture")
    return int(2 + length)


def check_gif(data: bytes) -> None:
    """Block after block, a picture among them, up to the trailer, which is the last byte."""
    images = 0
    try:
        at = 13 + _colours(data[10])
        while data[at] != 0x3B:
            if data[at] == 0x2C:
                images += 1
                at = _after_blocks(data, at + 10 + _colours(data[at + 9]) + 1)
            elif data[at] == 0x21:
                at = _after_blocks(data, at + 2)
            else:
                raise damaged("GIF picture")
    except IndexError as error:
        raise damaged("GIF picture") from error
    if not images or at != len(data) - 1:
        raise damaged("GIF picture")


def _colours(flags: int) -> int:
    """The bytes of the colour table that a flag byte announces."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def check_webp(data: bytes) -> None:
    """Chunk after chunk, a picture among them, in exactly the length that the file says."""
    kinds: list[bytes] = []
    at = 12
    try:
        (length,) = struct.unpack_from("<I", data, 4)
        while at < len(data):
            kind, size = struct.unpack_from("<4sI", data, at)
            kinds.append(kind)
            at += 8 + size + size % 2
    except struct.error as error:
        raise damaged("WebP picture") from error
    if (
        data[8:12] != b"WEBP"
        or length + 8 != len(data)
        or at != len(data)
        or not {b"VP8 ", b"VP8L", b"ANMF"} & set(kinds)
    ):
        raise damaged("WebP picture")

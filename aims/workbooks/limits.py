"""How much a filled-in workbook may hold, and what reading one may cost."""

MEGABYTE = 1024 * 1024

MOST_BYTES = 5 * MEGABYTE
MOST_PARTS = 400
MOST_UNPACKED = 24 * MEGABYTE
SMALL_PART = MEGABYTE  # a smaller part may be packed as tightly as it likes
MOST_PACKED_TIGHT = 100  # times; spreadsheets reach 10 to 40
MOST_ROWS = 500
MOST_IN_A_CELL = 32_767
MOST_CHARACTERS = 2_000_000

# The kernel ends a reading that goes past these: memory is address space, of which resident memory is a part.
MOST_MEMORY = 200 * MEGABYTE
MOST_PROCESSOR_SECONDS = 2
MOST_SECONDS = 20  # by the clock: only a machine at a standstill gets here

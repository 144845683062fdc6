"""How much a finance file may hold, and what reading one may cost."""

from aims.workbooks.limits import MEGABYTE
from aims.workbooks.parcel import Terms

MOST_BYTES = 10 * MEGABYTE
MOST_ROWS = 100_000  # below the headings
MOST_COLUMNS = 200
MOST_IN_A_CELL = 32_767
FRESH = "export the file from the finance system once more"
TERMS = Terms(most_bytes=MOST_BYTES, most_unpacked=200 * MEGABYTE, fresh=FRESH)

# The kernel ends a reading that goes past these: memory is address space, of which resident memory is a part.
MOST_MEMORY = 300 * MEGABYTE
MOST_PROCESSOR_SECONDS = 90
MOST_SECONDS = 300  # by the clock, while its rows are written too

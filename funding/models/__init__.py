"""The money behind the strategy, one subject a file."""

from funding.models.allocations import Allocation
from funding.models.awards import AwardChange
from funding.models.import_rows import FundingImportRow
from funding.models.imports import FundingImport, ImportLayout
from funding.models.returns import FundingReturn
from funding.models.streams import FundingStream

__all__ = [
    "Allocation",
    "AwardChange",
    "FundingImport",
    "FundingImportRow",
    "FundingReturn",
    "FundingStream",
    "ImportLayout",
]

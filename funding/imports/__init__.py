"""Files of the finance system, CSV or XLSX: read row by row with suspicion, checked cell by cell.

`read` and `separated` import nothing of Django: they run in a bounded process (see `child`).
"""

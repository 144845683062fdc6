"""Updates of many activities in one XLSX file: written, filled in by hand, read with suspicion.

`read` is a program of its own and imports nothing of Django: it runs in a bounded process (see `child`).
"""

"""Whole lists as one file each, CSV or JSON, and the CSVW that tells what the CSV holds."""

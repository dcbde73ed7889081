"""The sections of the quarterly report, each a function of the source: `section(source) -> list of blocks`.

A section without data says which table is missing and leaves the rest whole.
"""

"""Exports of survey platforms: how each lays out its columns, and which mapping fits it."""

"""Triptych: documents and annotations in, a checked static site out."""

__version__ = "0.1.0"

"""Triptych: documents and annotations in, a checked static site out."""

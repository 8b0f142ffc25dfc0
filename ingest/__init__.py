"""Longhaul's ingest: articles in, an index out."""

"""Longhaul's bot: a question in, an answer with exact citations out."""

"""Chunks to an index on disk, and a query to ranked hits."""

"""Parley: a REST API over a database of diplomatic meetings."""

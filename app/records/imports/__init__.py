"""What an import is made of: its files, its records by kind, what it rejects, what it reports."""

"""What answers travel as: one file for each format, and one for what stands in tables."""

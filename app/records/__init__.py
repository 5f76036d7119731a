"""How a record is read, checked, written and published to the read model."""

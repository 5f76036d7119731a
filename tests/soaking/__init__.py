"""A mixed load that lasts, and what is kept of it to compare with what was promised."""

"""How HTTP asks: one file for each resource."""

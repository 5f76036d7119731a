"""How a question becomes SQL."""

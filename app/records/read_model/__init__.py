"""How what readers are served follows the truth: documents, lists of meetings, names to look up."""

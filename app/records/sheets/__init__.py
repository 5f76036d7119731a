"""How the spreadsheet of a researcher is read, one row after the other."""

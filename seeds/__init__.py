"""The data that Parley ships with, and the script that loads it."""

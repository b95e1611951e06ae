"""One file's text -> its record; knows no other file."""

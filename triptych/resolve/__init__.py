"""Records and facts -> what each means on this site. Knows no files and no HTML."""

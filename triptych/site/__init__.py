"""All that is known of a site between two builds: records by name, what mentions what, who uses what, where it all stands."""

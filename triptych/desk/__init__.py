"""What editors do to content files: each verb a function from a site and words to a file's new bytes.

Knows no disk and no terminal.
"""

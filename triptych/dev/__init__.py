"""The editor's desk: a site built again as its files change, and served to the browser.

Only here are sockets opened and threads begun.
"""

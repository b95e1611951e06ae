"""The fixtures of this folder keep their word."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest


def test_a_served_folder_is_seen_in_a_browser(site_server, page, tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html><title>Seen</title>")
    address = site_server(tmp_path, under="/a/b/")
    page.goto(address)
    assert page.title() == "Seen"
    with pytest.raises(HTTPError) as caught:
        urlopen(address.removesuffix("a/b/") + "index.html")
    assert caught.value.code == 404
    caught.value.close()


def test_a_page_without_scripts_runs_none(site_server, new_page, tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html><title>No</title><script>document.title = 'Yes'</script>")
    address = site_server(tmp_path)
    for enabled, title in ((True, "Yes"), (False, "No")):
        page = new_page(java_script_enabled=enabled)
        page.goto(address)
        assert page.title() == title

"""A machine without a browser gets one, or an error that says what to install. No browser test is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import chromium

pytestmark = pytest.mark.checkout


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with only this folder in PATH, without Playwright's browser, and with downloads that fail."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setattr(chromium, "_by_playwright", lambda: "the download: exit code 1")
    return programs


def test_a_browser_in_path_is_used(bare: Path) -> None:
    browser = program(bare / "chromium", "exit 0")
    assert chromium.ensure() == browser


def test_the_browser_that_chromium_names_comes_before_the_one_in_path(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "chromium", "exit 0")
    named = program(tmp_path / "my-chrome", "exit 0")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.ensure() == named
    named.unlink()
    with pytest.raises(chromium.ChromiumMissing, match="my-chrome"):
        chromium.ensure()


def test_ubuntus_script_that_asks_for_a_snap_is_not_used(bare: Path) -> None:
    program(bare / "chromium-browser", "echo 'requires the chromium snap: snap install chromium'; exit 1")
    assert chromium.find() is None


def test_the_package_manager_is_used_when_the_download_fails(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    installed = bare / "chromium"
    script = f'case "$*" in *install*chromium) echo "#!/bin/sh" > {installed}; /bin/chmod +x {installed};; esac'
    program(bare / "apt-get", script)
    assert chromium.ensure() == installed


def test_without_a_browser_the_command_fails_and_says_what_to_install(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program(bare / "apt-get", "exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert chromium.main() == 1
    output = capfd.readouterr()
    assert output.out == ""
    for line in ("needs root", "the download: exit code 1", "apt-get install chromium", "playwright install"):
        assert line in output.err

"""Tests in real notebook hosts: a real server, real kernels, a real Chromium.

`chromium` finds the browser, `kernels` makes the kernels, `servers` runs a host, `notebook` drives one open notebook.
The fixtures are in `conftest`; a test asks for `lab` (or `notebook7`) and mostly for `simulator`:

    def test_a_finished_task_shows_its_video(lab: Host, simulator: Simulator) -> None:
        notebook = lab.open(["from runway_widget import Client; Client().task('…')"], kernel="ipykernel-7.1.0")
        notebook.run_all()
        expect(notebook.card(0)).to_have_attribute("data-status", "SUCCESS")

Wait with Playwright's `expect` or `notebook.until(…)`; never sleep.
"""

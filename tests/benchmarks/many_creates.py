"""A hundred prompts: how soon the cell returns, and how much faster all are created than one after the other.

Run with ``python -m tests.benchmarks.many_creates``. The service is the simulator, which takes a create in 0.2 s.
"""

from __future__ import annotations

import time
from typing import Any

from runway_widget import Client, TaskGrid
from runway_widget.simulator import Simulator

PROMPTS = 100
ALONE = 10  # creates one after the other, to compare with
ANSWER = 0.2  # seconds that the service takes for one


def film(client: Client, prompt: Any) -> Any:
    picture = "https://a.example/still.jpg"
    return client.image_to_video(
        model="gen4_turbo", prompt_image=picture, prompt_text=prompt, ratio="1280:720", poll_interval=600.0
    )


def main() -> None:
    with Simulator(speed=1) as sim:
        sim.trouble("slow", route="create", seconds=ANSWER, times=None)
        client = sim.client()
        begun = time.perf_counter()
        for number in range(ALONE):
            film(client, f"kite {number}")
        one = (time.perf_counter() - begun) / ALONE
        begun = time.perf_counter()
        grid = film(client, [f"kite {number}" for number in range(PROMPTS)])
        returned = time.perf_counter() - begun
        assert isinstance(grid, TaskGrid)
        while not all(take.task_id for take in grid):
            time.sleep(0.01)
        created = time.perf_counter() - begun
        sent = [request.body["promptText"] for request in sim.requests if request.route == "create"][ALONE:]
    assert len(sent) == len(set(sent)) == PROMPTS, "each of them once"
    print(f"one create, waited for: {one:.2f} s")
    print(f"{PROMPTS} prompts: the cell returns after {returned:.2f} s, all are created after {created:.1f} s")
    print(f"that is {one * PROMPTS / created:.1f} times as fast as one after the other")


if __name__ == "__main__":
    main()

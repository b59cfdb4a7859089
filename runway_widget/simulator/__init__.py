"""CometAPI's and Runway's generation routes on loopback, for the demo, the tests and the benchmarks.

with Simulator(speed=20) as sim:
    task = sim.client().task(sim.add_task())
"""

from ._received import Received
from ._simulator import Simulator

__all__ = ["Received", "Simulator"]

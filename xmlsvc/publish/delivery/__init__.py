"""Delivery of what is published to places outside: any fsspec address, or a web server by PUT.

    targets.add(…)                           a place with formats, a filter, a naming pattern, when, and a command
    deliver(services, target, changed)       what is not there as it should be, put there; what was withdrawn, taken away
      places.open(url)                       put (whole or not at all), remove
      cursors                                how far the last delivery was, and whether the target is still what it was then
      items                                  what is there, by digests: what has not changed costs a look at an index
      hook.run(command, …)                   the target's own program, after each file
"""

from __future__ import annotations

from .carry import Outcome, behind, confirmed, deliver, failing, log
from .targets import Target

__all__ = ["Outcome", "Target", "behind", "confirmed", "deliver", "failing", "log"]

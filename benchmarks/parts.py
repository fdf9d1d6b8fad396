"""The measured parts. Each is called in a fresh process: ``python parts.py <part> '<json options>' <clock> <modules to hide>``."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from fresh import count_cpu_seconds, hide

PARTS = {
    **dict.fromkeys(("cold", "solve", "matrix", "lsa", "rival"), "solve_parts"),
    **dict.fromkeys(("whole", "text"), "whole_parts"),
    **dict.fromkeys(("imports", "ordos", "rows", "candidates"), "single_parts"),
}
"""The file of each part: a process imports no other, for imports are measured too."""


def measure(part: str, **config: Any) -> dict[str, Any]:
    """Run one part and return what it measured."""
    measured: dict[str, Any] = getattr(import_module(PARTS[part]), part)(**config)
    return measured


if __name__ == "__main__":
    hide(sys.argv[4:])
    if sys.argv[3:4] == ["cpu"]:
        count_cpu_seconds()
    print(json.dumps(measure(sys.argv[1], **json.loads(sys.argv[2]))))

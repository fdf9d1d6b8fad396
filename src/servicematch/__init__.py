"""Assign residents' service requests to volunteer teams: proved optimal, explained, checkable."""

__version__ = "0.1.0"

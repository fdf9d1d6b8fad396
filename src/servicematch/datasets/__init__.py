"""Towns to play with: Ordos first."""

from servicematch.datasets.ordos import ordos as ordos
from servicematch.datasets.requests import SHASHATAN_ORDER as SHASHATAN_ORDER
from servicematch.datasets.synonyms import ordos_synonyms as ordos_synonyms

__all__ = ["SHASHATAN_ORDER", "ordos", "ordos_synonyms"]

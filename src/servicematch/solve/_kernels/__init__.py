"""Compiled loops of the solvers: the only modules of this room that know numba. Import them through `solve.compiled`."""

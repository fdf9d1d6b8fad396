"""Pairs that take more or less of a column's capacity: good choices fast, and a bound that its multipliers prove."""

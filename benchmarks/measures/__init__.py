"""What ``quality.py`` measures: whether the scores find the right team."""

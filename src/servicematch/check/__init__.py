"""The stranger: checks a plan against its tables and its policy, sharing no code with what made it."""

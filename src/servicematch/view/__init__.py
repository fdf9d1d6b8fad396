"""Looking at a plan: plots for reports and papers."""

"""Blind to the domain: integer problems in, integer solutions out, with a proof. OR-Tools is imported only here."""

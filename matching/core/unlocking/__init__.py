"""What stands between families, and what taking it away would give."""

"""Families, reasons and plans in words."""

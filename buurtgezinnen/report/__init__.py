"""Her own report: what a coordinator counts of the families she sees."""

"""Invented families on which the site can be tried; loaded by `manage.py load_demo`."""

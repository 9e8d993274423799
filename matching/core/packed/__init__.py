"""Vetoes and scores of very many pairs, from bits and tables made once."""

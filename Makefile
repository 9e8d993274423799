# `make start` is all a newcomer needs; README tells the rest.

.PHONY: help start test check format bench soak

help:
	@echo "make start   the site with invented families on http://127.0.0.1:8000 (PORT=)"
	@echo "make test    every test, on SQLite and on PostgreSQL"
	@echo "make check   format, lint, types, layers, migrations, settings, translations"
	@echo "make format  put every file into the house format"
	@echo "make bench   measure, and write the figures down"
	@echo "make soak    the same for the long runs"

start:
	@.ci/start

test:
	@.ci/test

check:
	@.ci/check

format:
	@.ci/format

bench:
	@.ci/measure bench

soak:
	@.ci/measure soak

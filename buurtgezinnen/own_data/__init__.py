"""All that we hold about one person and the own children, to see and to take along.

`classified` says of each column of each model whether it is shown, and else why not; a
test fails for a column that nobody thought about.
"""

"""What the long measurements are done on: databases, a served site and a browser."""

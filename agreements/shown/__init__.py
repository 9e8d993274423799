"""What pages show of agreements: what was read, put in words and in order."""

"""Forms: they parse what people type and explain what is wrong with it."""

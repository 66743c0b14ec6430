"""One module per generated page; each reads the code and returns Markdown."""

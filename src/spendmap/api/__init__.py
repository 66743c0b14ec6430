"""The reports over HTTP, and the pages that draw them.

Reads published roll-ups through `reports`; writes only what people decide or declare on a page, to the register
(`writing`). A report carries the version it was read from as its ETag; every error is a problem document (RFC 9457)
with the next step in it.
"""

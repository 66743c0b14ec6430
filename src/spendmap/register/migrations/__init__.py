"""Numbered changes of the register's tables, forward only. Run by `register.database`, never by hand."""

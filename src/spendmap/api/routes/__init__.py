"""One file per page's questions. A route reads its query, asks a report and answers through `answers`."""

"""The command line: one file per noun; parse, call a workflow, print."""

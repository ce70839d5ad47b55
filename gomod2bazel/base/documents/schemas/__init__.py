"""The JSON Schemas of all documents (draft 2020-12), in a folder for each kind of command."""

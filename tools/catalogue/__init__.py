"""The catalogue of user messages, and the rules that their wording keeps."""

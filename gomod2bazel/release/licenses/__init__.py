"""The licences of modules: found and recognised, checked against a policy, and written to a folder."""

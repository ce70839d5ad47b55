"""Entries of a lock for several configurations: what one configuration sees of them, and their rules joined again."""

visibility(["//rules/...", "//tests/..."])

# Rules that stand for others: where no configuration gives them members they are empty, and never incompatible.
_GROUPS = ["filegroup"]

# Attributes that hold one label; empty is None.
_SINGLE_LABEL = ["archive", "pgo_profile"]

def exists_in(entry, name):
    """Returns whether a package or binary exists in a configuration.

    Args:
        entry: dict, of the lock.
        name: string, the configuration's name.

    Returns:
        bool.
    """
    return "in" not in entry or name in entry["in"]

def of_configuration(entry, name):
    """Returns a package or binary as a lock for one configuration alone would have it.

    Args:
        entry: dict, of the lock.
        name: string, the configuration's name.

    Returns:
        dict.
    """
    common = {key: value for key, value in entry.items() if key not in ["in", "variants"]}
    return common | entry.get("variants", {}).get(name, {})

def views(entry):
    """Returns all that an entry says in any configuration.

    Args:
        entry: dict, a package or binary of the lock.

    Returns:
        list of dicts: what is equal in all, and what each configuration has in addition to it.
    """
    return [entry] + entry.get("variants", {}).values()

def facts_of(facts, name):
    """Returns the entry of a module, with its binaries, as one configuration has it.

    Args:
        facts: dict, for `module_rules`.
        name: string, the configuration's name.

    Returns:
        dict, without `configurations`.
    """
    common = {key: value for key, value in facts.items() if key != "configurations"}
    return common | {
        key: [of_configuration(entry, name) for entry in facts.get(key, []) if exists_in(entry, name)]
        for key in ["binaries", "packages"]
    }

def merged_package(entries, names):
    """Returns one entry for a package that several locks of the same configurations have.

    Args:
        entries: list of dicts, the package in each lock; at least one.
        names: list of strings, all configurations.

    Returns:
        dict.
    """
    whole = [entry for entry in entries if "in" not in entry]
    if whole:
        return whole[0]
    packages = {}
    for name, entry in [(name, entry) for name in names for entry in entries if exists_in(entry, name)]:
        packages[name] = of_configuration(entry, name)
    keys = {key: None for package in packages.values() for key in package}
    same = [key for key in keys if not [package for package in packages.values() if package.get(key) != packages.values()[0].get(key)]]
    merged = {key: packages.values()[0][key] for key in same}
    variants = {name: {key: value for key, value in package.items() if key not in same} for name, package in packages.items()}
    merged |= {"variants": variants} if len(same) < len(keys) else {}
    return merged | ({"in": packages.keys()} if len(packages) < len(names) else {})

def joined_rules(rules, prefix):
    """Joins the rules of several configurations: what differs becomes a select.

    Args:
        rules: dict of string to list of dicts, the rules of each configuration by its name.
        prefix: string, what makes a label of a configuration's name.

    Returns:
        list of dicts for `build_file`: libraries, binaries, groups, each in the order of their first occurrence.
    """
    by_kind = {}
    for name, rules_of in rules.items():
        for rule in rules_of:
            by_kind.setdefault(rule["kind"], {}).setdefault(rule["name"], {})[name] = rule
    kinds = [kind for kind in by_kind if kind not in _GROUPS] + [kind for kind in by_kind if kind in _GROUPS]
    return [_joined(kind, by_name, rules.keys(), prefix) for kind in kinds for by_name in by_kind[kind].values()]

def _joined(kind, by_configuration, names, prefix):
    group = kind in _GROUPS
    everywhere = len(by_configuration) == len(names)
    joined = {}
    for key in {key: None for rule in by_configuration.values() for key in rule}:
        values = {name: rule.get(key) for name, rule in by_configuration.items()}
        if group and key == "srcs":
            values = {name: values.get(name, []) for name in names}
        first = values.values()[0]
        if not [value for value in values.values() if (value or None) != (first or None)]:
            joined[key] = first
            continue
        empty = None if key in _SINGLE_LABEL else type([value for value in values.values() if value][0])
        cases = {prefix + name: value or _EMPTY.get(empty) for name, value in values.items()}
        joined[key] = struct(cases = cases | ({} if everywhere or group else {_DEFAULT: _EMPTY.get(empty)}))
    if not everywhere and not group:
        cases = {prefix + name: [] for name in by_configuration}
        joined["target_compatible_with"] = struct(cases = cases | {_DEFAULT: ["@platforms//:incompatible"]})
    return joined

_DEFAULT = "//conditions:default"

# By the type of the values that are not empty.
_EMPTY = {"bool": False, "dict": {}, "list": [], "string": ""}

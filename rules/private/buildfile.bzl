"""Print BUILD files from the table of rules, in buildifier's own format."""

load(":kinds.bzl", "RULES", "SORTED")

visibility(["//rules/...", "//tests/..."])

def build_file(rules):
    """Returns the text of a BUILD file.

    Args:
        rules: list of structs or dicts `{"kind": string, attribute: value...}`; values are strings, booleans, lists of
            strings and dicts of string to string or list of strings. Empty values are left out.

    Returns:
        string; buildifier leaves it as it is.
    """
    loads = {}
    for rule in rules:
        source = RULES[rule["kind"]].source
        if source:
            loads.setdefault(source, {})[rule["kind"]] = True
    head = ["load(%s)" % ", ".join([_string(name) for name in [source] + sorted(symbols)]) for source, symbols in sorted(loads.items())]
    return "\n\n".join(head + [_rule(rule) for rule in rules]) + "\n"

def _rule(rule):
    kind = rule["kind"]
    unknown = [key for key in rule if key != "kind" and key not in RULES[kind].attrs]
    if unknown:
        fail("%s has no attribute %s; add it to rules/private/kinds.bzl" % (kind, ", ".join(unknown)))
    lines = [kind + "("]
    for name in RULES[kind].attrs:
        value = rule.get(name)
        if value:
            lines.append("    %s = %s," % (name, _value(name, value)))
    return "\n".join(lines + [")"])

def _value(name, value):
    if type(value) == "bool":
        return "True" if value else "False"
    if type(value) == "string":
        return _string(value)
    if type(value) == "list":
        return _list(sorted(value, key = _label_order) if name in SORTED else value, "    ")
    lines = ["{"]
    for key in sorted(value):
        item = value[key]
        lines.append("        %s: %s," % (_string(key), _string(item) if type(item) == "string" else _list(item, "        ")))
    return "\n".join(lines + ["    }"])

def _list(items, indent):
    if len(items) == 1:
        return "[%s]" % _string(items[0])
    return "[\n" + "".join(["%s    %s,\n" % (indent, _string(item)) for item in items]) + indent + "]"

def _label_order(label):
    """Buildifier's order of labels: plain ones, then those of this package, of this repository, and of others."""
    phase = 1
    if label.startswith("@"):
        phase = 4
    elif label.startswith("//"):
        phase = 3
    elif label.startswith(":"):
        phase = 2
    return (phase, [[part] for part in label.replace(":", ".").split(".")])

def _string(text):
    escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "\"%s\"" % escaped

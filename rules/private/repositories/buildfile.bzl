"""Print BUILD files from the table of rules, in buildifier's own format."""

load(":kinds.bzl", "LABELS", "RULES", "SORTED")

visibility(["//rules/...", "//tests/..."])

# Buildifier's order of labels: plain ones, then those of this package, of this repository, and of others.
_PHASES = [(":", 2), ("//", 3), ("@", 4)]

def build_file(rules, *, head = "", loads = {}):
    """Returns the text of a BUILD file.

    Args:
        rules: list of dicts `{"kind": string, attribute: value...}`; values are strings, booleans, lists of strings and
            dicts of string to string or list of strings. Empty values are left out. A struct with `cases`, a dict of
            label to value, is a select.
        head: string, statements before the rules, already formatted; no blank lines around them.
        loads: dict of string to list of strings, the symbols of each file that `head` needs loaded.

    Returns:
        string; buildifier leaves it as it is.
    """
    sources = {source: {symbol: True for symbol in symbols} for source, symbols in loads.items()}
    for rule in rules:
        source = RULES[rule["kind"]].source
        if source:
            sources.setdefault(source, {})[rule["kind"]] = True
    lines = [_load(source, symbols) for source, symbols in sorted(sources.items())]
    blocks = (["\n".join(lines)] if lines else []) + ([head] if head else []) + [_rule(rule) for rule in rules]
    return "\n\n".join(blocks) + "\n" if blocks else ""

def _load(source, symbols):
    return "load(%s)" % ", ".join([quoted(text) for text in [source] + sorted(symbols)])

def _rule(rule):
    kind = rule["kind"]
    unknown = [key for key in rule if key != "kind" and key not in RULES[kind].attrs]
    if unknown:
        fail("%s has no attribute %s; add it to rules/private/repositories/kinds.bzl" % (kind, ", ".join(unknown)))
    lines = [kind + "("]
    for name in RULES[kind].attrs:
        value = rule.get(name)
        if value:
            lines.append(attribute(name, value))
    return "\n".join(lines + [")"])

def attribute(name, value):
    """Returns the line or lines of one attribute.

    Args:
        name: string.
        value: as `build_file` takes it.

    Returns:
        string.
    """
    if type(value) != "struct":
        return "    %s = %s," % (name, _value(name, value, "    "))
    lines = ["        %s: %s," % (quoted(label), _value(name, case, "        ")) for label, case in value.cases.items()]
    return "\n".join(["    %s = select({" % name] + lines + ["    }),"])

def _value(name, value, indent):
    if value == None:
        return "None"
    if type(value) == "bool":
        return "True" if value else "False"
    if type(value) == "string":
        return quoted(value)
    if type(value) == "list":
        items = [_short(label) for label in value] if name in LABELS else value
        return _list(sorted(items, key = _label_order) if name in SORTED else items, indent)
    if not value:
        return "{}"
    lines = ["{"]
    for key in sorted(value):
        item = value[key]
        lines.append("%s    %s: %s," % (indent, quoted(key), quoted(item) if type(item) == "string" else _list(item, indent + "    ")))
    return "\n".join(lines + [indent + "}"])

def _list(items, indent):
    if len(items) < 2:
        return "[%s]" % "".join([quoted(item) for item in items])
    return "[\n" + "".join(["%s    %s,\n" % (indent, quoted(item)) for item in items]) + indent + "]"

def _short(label):
    """Leaves out a target name that repeats the package's, or the repository's in its root package."""
    repository, slashes, rest = label.partition("//")
    package, _, target = rest.partition(":")
    if not slashes or not target or target != (package or repository.lstrip("@")).split("/")[-1]:
        return label
    return repository + "//" + package if package else repository

def _label_order(label):
    phase = ([phase for start, phase in _PHASES if label.startswith(start)] + [1])[0]
    return (phase, label.replace(":", ".").split("."))

def quoted(text):
    """Returns a string literal.

    Args:
        text: string.

    Returns:
        string, in buildifier's form.
    """
    escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return "\"%s\"" % escaped

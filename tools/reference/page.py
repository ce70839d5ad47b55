"""The page docs/reference.md, from the output of starlark_doc_extract for each public file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reference import stardoc_pb2 as pb

__all__ = ["page", "undocumented"]

HEAD = """\
# Reference of the rules

Every rule, attribute, provider and tag, as its doc string says.
Made by `tools/rules_reference -write`: edit the doc strings in `rules/`, not this page.
[rules.md](rules.md) says how these work together, [how-to](how-to/README.md) how to do a thing.

Every rule also has `name`, mandatory, and the attributes that [all rules] have, such as `visibility` and `tags`;
those of tests have more: [tests].

[all rules]: https://bazel.build/reference/be/common-definitions#common-attributes
[tests]: https://bazel.build/reference/be/common-definitions#common-attributes-tests
"""

_TYPES = {
    pb.BOOLEAN: "boolean",
    pb.INT: "integer",
    pb.INT_LIST: "list of integers",
    pb.LABEL: "label",
    pb.LABEL_DICT_UNARY: "dict of strings to labels",
    pb.LABEL_LIST: "list of labels",
    pb.LABEL_STRING_DICT: "dict of labels to strings",
    pb.NAME: "name",
    pb.OUTPUT: "output",
    pb.OUTPUT_LIST: "list of outputs",
    pb.STRING: "string",
    pb.STRING_DICT: "dict of strings",
    pb.STRING_LIST: "list of strings",
    pb.STRING_LIST_DICT: "dict of lists of strings",
}

# Attributes of every rule and repository: the first is described once, the other has no effect with Bazel modules.
_UNTOLD = ("name", "repo_mapping")

_ATTRIBUTES = "| attribute | type | default | meaning |\n| --- | --- | --- | --- |\n"
_FIELDS = "| field | value |\n| --- | --- |\n"


def page(files: Iterable[pb.ModuleInfo]) -> str:
    """Return the text of the page.

    Args:
        files: the public files, in the order of the page.
    """
    return HEAD + "".join(map(_file, files))


def undocumented(files: Iterable[pb.ModuleInfo]) -> list[str]:
    """Return what has no doc string, each as FILE: NAME, or NAME.ATTRIBUTE."""
    missing = []
    for file in files:
        named = [(entry.rule_name, entry.doc_string, entry.attribute) for entry in file.rule_info]
        named += [(entry.rule_name, entry.doc_string, entry.attribute) for entry in file.repository_rule_info]
        named += [
            (f"{entry.extension_name}.{tag.tag_name}", tag.doc_string, tag.attribute)
            for entry in file.module_extension_info
            for tag in entry.tag_class
        ]
        for name, doc, attributes in named:
            missing += [] if doc else [f"{file.file}: {name}"]
            missing += [f"{file.file}: {name}.{attribute.name}" for attribute in attributes if not attribute.doc_string]
        for provider in file.provider_info:
            fields = [
                f".{undocumented_field.name}"
                for undocumented_field in provider.field_info
                if not undocumented_field.doc_string
            ]
            missing += [f"{file.file}: {provider.provider_name}{field}" for field in fields]
    return missing


def _file(file: pb.ModuleInfo) -> str:
    label = f"@gomod2bazel{file.file}"
    sections = {entry.rule_name: _rule(entry) for entry in file.rule_info}
    sections |= {entry.function_name: _function(entry) for entry in file.func_info}
    sections |= {entry.rule_name: _repository_rule(entry) for entry in file.repository_rule_info}
    sections |= {entry.extension_name: _extension(entry) for entry in file.module_extension_info}
    sections |= {entry.provider_name: _provider(entry) for entry in file.provider_info}
    text = "".join(f"\n### {name}\n\n{sections[name]}" for name in sorted(sections))
    return f"\n## {label}\n\n{_paragraphs(file.module_docstring)}\n{text}"


def _rule(rule: pb.RuleInfo) -> str:
    kind = "A test. " if rule.test else "Executable. " if rule.executable else ""
    return f"{kind}{_paragraphs(rule.doc_string)}\n{_table(_rows(rule.attribute))}"


def _function(function: pb.StarlarkFunctionInfo) -> str:
    rows = {
        parameter.name: _row(
            parameter.name, "", parameter.default_value, parameter.doc_string, mandatory=parameter.mandatory
        )
        for parameter in function.parameter
        # What has neither a default nor to be given is **kwargs.
        if parameter.mandatory or parameter.default_value
    }
    return f"{_paragraphs(function.doc_string)}\n{_table(rows)}"


def _repository_rule(rule: pb.RepositoryRuleInfo) -> str:
    names = ", ".join(f"`{name}`" for name in rule.environ)
    environ = f"\nReads {names} of the environment.\n" if names else ""
    return f"{_paragraphs(rule.doc_string)}\n{environ}{_table(_rows(rule.attribute))}"


def _extension(extension: pb.ModuleExtensionInfo) -> str:
    tags = "".join(
        f"\n#### {extension.extension_name}.{tag.tag_name}\n\n{_paragraphs(tag.doc_string)}\n"
        f"{_table(_rows(tag.attribute))}"
        for tag in extension.tag_class
    )
    return f"{_paragraphs(extension.doc_string)}\n{tags}"


def _provider(provider: pb.ProviderInfo) -> str:
    fields = sorted(provider.field_info, key=lambda field: field.name)
    rows = "".join(f"| `{field.name}` | {_cell(field.doc_string)} |\n" for field in fields)
    return f"{_paragraphs(provider.doc_string)}\n\n{_FIELDS}{rows}"


def _rows(attributes: Iterable[pb.AttributeInfo]) -> dict[str, str]:
    rows = {}
    for attribute in attributes:
        if attribute.name not in _UNTOLD:
            providers = {name for group in attribute.provider_name_group for name in group.provider_name}
            kind = _TYPES.get(attribute.type, "any") + (f" with {', '.join(sorted(providers))}" if providers else "")
            rows[attribute.name] = _row(
                attribute.name, kind, attribute.default_value, attribute.doc_string, mandatory=attribute.mandatory
            )
    return rows


def _row(name: str, kind: str, default: str, doc: str, *, mandatory: bool) -> str:
    shown = "mandatory" if mandatory else f"`{default}`" if default else ""
    return f"| `{name}` | {kind} | {shown} | {_cell(doc)} |\n"


def _table(rows: Mapping[str, str]) -> str:
    """Return a table sorted by attribute, as buildifier sorts by name; nothing where there are none."""
    return f"\n{_ATTRIBUTES}{''.join(rows[name] for name in sorted(rows))}" if rows else ""


def _paragraphs(doc: str) -> str:
    """Return a doc string with each paragraph in one line: line breaks in the sources mean nothing."""
    return "\n\n".join(" ".join(part.split()) for part in doc.strip().split("\n\n"))


def _cell(doc: str) -> str:
    return " ".join(doc.split()).replace("|", "\\|")

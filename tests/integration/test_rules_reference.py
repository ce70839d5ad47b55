"""docs/reference.md against the doc strings of the rules, as a real Bazel reads them."""

from __future__ import annotations

import pytest
from reference import stardoc_pb2 as pb
from reference.__main__ import difference, extract, made
from reference.page import page, undocumented
from support.driver import Driver


@pytest.mark.bazel
def test_the_page_is_what_the_rules_say(driver: Driver) -> None:
    """Where it is not: tools/rules_reference -write."""
    bazel = (driver.environment["BAZEL"], f"--output_user_root={driver.caches.bazel}", "--batch")
    found = extract(bazel, driver.environment)
    assert difference(made(found)) == []
    assert undocumented(found.values()) == []


def test_rules_and_macros() -> None:
    name = pb.AttributeInfo(name="name", type=pb.NAME, mandatory=True, doc_string="A unique name.")
    rule = pb.RuleInfo(
        rule_name="go_thing",
        doc_string="Makes a thing\nof\n\nparts.",
        executable=True,
        attribute=[
            name,
            pb.AttributeInfo(name="tool", type=pb.LABEL, mandatory=True, doc_string="What makes it."),
            pb.AttributeInfo(
                name="deps",
                type=pb.LABEL_LIST,
                default_value="[]",
                doc_string="Some\nof a|b.",
                provider_name_group=[pb.ProviderNameGroup(provider_name=["GoInfo"])],
            ),
        ],
    )
    macro = pb.StarlarkFunctionInfo(
        function_name="go_all",
        doc_string="Declares several.",
        parameter=[
            pb.FunctionParamInfo(name="name", mandatory=True, doc_string="their prefix."),
            pb.FunctionParamInfo(name="kwargs"),
        ],
    )
    public = pb.ModuleInfo(
        file="//rules:defs.bzl", module_docstring="What to load.", func_info=[macro], rule_info=[rule]
    )
    assert page([public]).split("## @gomod2bazel", 1)[1] == (
        "//rules:defs.bzl\n\nWhat to load.\n\n### go_all\n\nDeclares several.\n\n"
        "| attribute | type | default | meaning |\n| --- | --- | --- | --- |\n"
        "| `name` |  | mandatory | their prefix. |\n\n"
        "### go_thing\n\nExecutable. Makes a thing of\n\nparts.\n\n"
        "| attribute | type | default | meaning |\n| --- | --- | --- | --- |\n"
        "| `deps` | list of labels with GoInfo | `[]` | Some of a\\|b. |\n"
        "| `tool` | label | mandatory | What makes it. |\n"
    )


def test_what_has_no_doc_string() -> None:
    bare = pb.RuleInfo(rule_name="r", doc_string="x", attribute=[pb.AttributeInfo(name="a")])
    fields = [pb.ProviderFieldInfo(name="f"), pb.ProviderFieldInfo(name="g", doc_string="x")]
    provider = pb.ProviderInfo(provider_name="P", doc_string="x", field_info=fields)
    tag = pb.ModuleExtensionTagClassInfo(tag_name="t")
    extension = pb.ModuleExtensionInfo(extension_name="e", tag_class=[tag])
    found = pb.ModuleInfo(
        file="//:f.bzl", rule_info=[bare], provider_info=[provider], module_extension_info=[extension]
    )
    assert undocumented([found]) == ["//:f.bzl: r.a", "//:f.bzl: e.t", "//:f.bzl: P.f"]

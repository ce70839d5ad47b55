"""What vet prints, read as findings; and the same in SARIF."""

from __future__ import annotations

import json

from builder.compile.vet import sarif
from builder.compile.vet.findings import in_order, position_of, tree_of

TEXT = """\
vet: something of vet itself
p/a.go:3:5: the first
p/a_test.go:7:2: the second: p/a.go:1:1
	and more of it
p/a.go:9:1: the third
"""

JSON = """\
vet: something of vet itself
{
	"x/p": {
		"printf": [
			{"posn": "p/a.go:3:5", "end": "p/a.go:3:9", "message": "the first"},
			{"posn": "p/a_test.go:7:2", "message": "the second"}
		],
		"tests": {"error": "broke down"}
	}
}
"""


def test_positions() -> None:
    assert position_of("p/a.go:3:5: text") == ("p/a.go", 3, 5)
    assert position_of("p/a.go:3") == ("p/a.go", 3, 0)
    assert position_of("\tp/a.go:3:5") == ("", 0, 0)
    assert position_of("vet: p/a.go:3:5") == ("", 0, 0)


def test_findings_are_in_order_with_all_their_lines() -> None:
    printed = (
        "p/a_test.go:7:2: the second: p/a.go:1:1\n\tand more of it\np/a.go:9:1: the third\np/a.go:3:5: the first\n"
    )
    assert in_order(printed, []) == "".join(TEXT.splitlines(keepends=True)[i] for i in (1, 4, 2, 3))
    assert in_order(TEXT, []).splitlines()[0] == "vet: something of vet itself"


def test_findings_in_files_of_others_are_left_out() -> None:
    kept = "vet: something of vet itself\np/a_test.go:7:2: the second: p/a.go:1:1\n\tand more of it\n"
    assert in_order(TEXT, ["p/a.go"]) == kept
    assert "and more" not in in_order(TEXT, ["p/a_test.go"])


def test_findings_by_check() -> None:
    tree = tree_of(JSON, [])
    assert {check: [finding["message"] for finding in found] for check, found in tree.items()} == {
        "printf": ["the first", "the second"]
    }
    assert [finding["message"] for finding in tree_of(JSON, ["p/a.go"])["printf"]] == ["the second"]
    assert tree_of(JSON, ["p/a.go", "p/a_test.go"]) == {}
    assert tree_of("vet: no JSON\n", []) == {}


def test_sarif() -> None:
    (run,) = json.loads(sarif.report(tree_of(JSON, []), "vet"))["runs"]
    assert run["tool"]["driver"] == {"name": "go vet", "rules": [{"id": "printf"}]}
    first, second = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "p/a.go", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 2}
    assert (first["ruleId"], first["message"]["text"]) == ("printf", "the first")
    (empty,) = json.loads(sarif.report({}, "house-rules"))["runs"]
    assert (empty["tool"]["driver"]["name"], empty["results"]) == ("house-rules", [])

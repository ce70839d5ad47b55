"""Several locks of one workspace: the SDKs that serve all of them."""

load(":facts.bzl", "whole_standard")
load(":variants.bzl", "merged_package")

visibility(["//rules/...", "//tests/..."])

def merged_downloads(downloads):
    """Returns the SDKs of all locks, each once: the first lock that names it says where it is.

    Args:
        downloads: list of dicts, the `downloads` of each lock from `parse_lock`.

    Returns:
        list of dicts, arguments of go_sdk_download.
    """
    merged = {}
    for download in downloads:
        other = merged.setdefault(download["name"], download)
        if other["sha256"] != download["sha256"]:
            fail("the locks name two SHA-256 of %s, %s and %s; run `gomod2bazel lock` again" % (download["source"], other["sha256"], download["sha256"]))
    return merged.values()

def merged_sdk(sdks):
    """Returns the one SDK that serves several locks: it has all packages of the standard library that any of them needs.

    Args:
        sdks: list of dicts, the `sdk` of each lock from `parse_lock`; at least one.

    Returns:
        dict, arguments of go_sdk.
    """
    first = sdks[0]
    if len(sdks) == 1:
        return first
    packages, labels, overlay, sums, main_modules = {}, {}, {}, {}, {}
    every = [whole_standard(json.decode(sdk["facts"])) for sdk in sdks]
    for sdk, facts in zip(sdks, every):
        main_modules |= {module["path"]: module for module in json.decode(sdk["main_modules"])}
        for key in ["configuration", "configurations"]:
            if sdk[key] != first[key]:
                fail("the locks have different configurations, %s and %s; make them with the same flags, or with another Go release" % (first[key], sdk[key]))
        for package in facts["packages"]:
            packages.setdefault(package["import_path"], []).append(package)
        labels |= facts["labels"]
        for file, path in sdk["overlay"].items():
            if overlay.get(file, path) != path:
                fail("the locks read %s and %s in place of the SDK's %s; make them with the same -overlay" % (overlay[file], path, file))
        overlay |= sdk["overlay"]
        sums |= sdk["overlay_sums"]
    names = sorted(json.decode(first["configurations"]))
    merged = {"labels": labels, "packages": [merged_package(packages[path], names) for path in sorted(packages)]}
    for key in ["imports", "test_imports"]:
        imports = [facts[key] for facts in every if key in facts]
        merged |= {key: sorted({path: None for paths in imports for path in paths})} if imports else {}
    return first | {
        "facts": json.encode(every[0] | merged),
        "main_modules": json.encode([main_modules[path] for path in sorted(main_modules)]),
        "overlay": overlay,
        "overlay_sums": sums,
    }

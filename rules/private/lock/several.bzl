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

def _configurations(sdk):
    """Returns the configurations of a lock by name; the one of a lock that has no more has none."""
    return json.decode(sdk["configurations"]) or {"": json.decode(sdk["configuration"])}

def configuration_problem(first, second, names):
    """Returns what to tell the user about two locks that share an SDK.

    Args:
        first: dict of string to dict, the configurations of a lock by name.
        second: dict of string to dict, those of another one.
        names: list of two strings, the names of the locks.

    Returns:
        string, or None where both locks have the same configurations.
    """
    if first == second:
        return None
    both = [_described(configurations) for configurations in (first, second)]
    if both[0] == both[1]:
        differing = [
            "%s is %s and %s" % (key, json.encode(before.get(key, "")), json.encode(after.get(key, "")))
            for before, after in zip(first.values(), second.values())
            for key in sorted((before | after).keys())
            if before.get(key) != after.get(key)
        ]
        what = "differ: " + "; ".join({text: None for text in differing}.keys())
    else:
        what = "are for different configurations: %s, and %s" % tuple(both)
    return "the locks %s and %s %s. Write all locks again with the same flags: gomod2bazel generate %s" % (
        names[0],
        names[1],
        what,
        _flags(first.values() + second.values()),
    )

def _described(configurations):
    platforms = {name or "%s_%s" % (configuration["goos"], configuration["goarch"]): None for name, configuration in configurations.items()}
    return ", ".join(platforms.keys())

def _flags(configurations):
    """Returns the flags for locks that have all of some configurations."""
    platforms = {"%s/%s" % (configuration["goos"], configuration["goarch"]): None for configuration in configurations}
    variants = {}
    for configuration in configurations:
        words = [configuration["instrument"]] if configuration.get("instrument") else []
        words += ["tags=" + ",".join(configuration["tags"])] if configuration.get("tags") else []
        if words:
            variants["+".join(words)] = None
    return " ".join(["-platform " + ",".join(platforms.keys())] + ["-variant " + variant for variant in variants.keys()])

def merged_sdk(sdks, locks = []):
    """Returns the one SDK that serves several locks: it has all packages of the standard library that any of them needs.

    Args:
        sdks: list of dicts, the `sdk` of each lock from `parse_lock`; at least one.
        locks: list of strings, the name of each lock for messages.

    Returns:
        dict, arguments of go_sdk.
    """
    first = sdks[0]
    if len(sdks) == 1:
        return first
    packages, labels, overlay, sums, main_modules = {}, {}, {}, {}, {}
    every = [whole_standard(json.decode(sdk["facts"])) for sdk in sdks]
    for number, (sdk, facts) in enumerate(zip(sdks, every)):
        main_modules |= {module["path"]: module for module in json.decode(sdk["main_modules"])}
        names = [locks[0], locks[number]] if locks else ["the first lock", "another one"]
        problem = configuration_problem(_configurations(first), _configurations(sdk), names)
        if problem:
            fail(problem)
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

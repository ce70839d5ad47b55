"""Go libraries for C: a go_binary with linkmode c-archive or c-shared as a dependency of cc_library and cc_binary."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//rules/private/config:config.bzl", "link_mode")

visibility(["//rules/private/..."])

def cc_info(ctx, *, config, packages, library, header):
    """Returns what C programs need to be compiled and linked with a library.

    Args:
        ctx: a go_binary's context.
        config: GoConfigInfo.
        packages: depset of structs for the linker, as GoInfo has them.
        library: File, what was linked.
        header: list of Files: the header for C, or none.

    Returns:
        list of CcInfo: one for a c-archive or c-shared, else none. A c-shared has none where Bazel knows no C toolchain.
    """
    mode = link_mode(config)
    toolchain = config.c_toolchain
    if mode not in ["c-archive", "c-shared"] or (mode == "c-shared" and not toolchain):
        return []
    if mode == "c-archive":
        part = cc_common.create_library_to_link(
            actions = ctx.actions,
            pic_static_library = _named(ctx, library, "lib%s.a"),
            static_library = _named(ctx, library, "lib%s.a"),
        )
        flags = _package_flags(packages)
    else:
        part = cc_common.create_library_to_link(
            actions = ctx.actions,
            cc_toolchain = toolchain,
            dynamic_library = _named(ctx, library, "lib%s." + ("dylib" if config.goos == "darwin" else "so")),
            feature_configuration = cc_common.configure_features(ctx = ctx, cc_toolchain = toolchain),
        )
        flags = []
    archive_info = CcInfo(
        compilation_context = cc_common.create_compilation_context(
            headers = depset(header),
            includes = depset([file.dirname for file in header]),
        ),
        linking_context = cc_common.create_linking_context(linker_inputs = depset([cc_common.create_linker_input(
            additional_inputs = depset([file for package in packages.to_list() for file in package.files]),
            libraries = depset([part]),
            owner = ctx.label,
            user_link_flags = flags,
        )])),
    )

    # What Go files include before they import C is in the header too. A shared library is linked with the rest.
    below = [package.c_libraries.info for package in packages.to_list() if package.c_libraries]
    if mode == "c-shared":
        below = [CcInfo(compilation_context = info.compilation_context) for info in below]
    return [cc_common.merge_cc_infos(direct_cc_infos = [archive_info], cc_infos = below)]

def _named(ctx, library, form):
    """Returns a library under a name that C linkers understand: `out` may be any, and `go build` gives a c-shared none."""
    name = form % library.basename.removeprefix("lib").removesuffix(form.removeprefix("lib%s"))
    if library.basename == name:
        return library
    file = ctx.actions.declare_file("%s_/for_c/%s" % (ctx.label.name, name))
    ctx.actions.symlink(output = file, target_file = library)
    return file

def _package_flags(packages):
    """Returns what `#cgo LDFLAGS` of all packages say, runtime/cgo's own too, which an archive does not hold."""
    lists = {package.clinkopts: None for package in packages.to_list()}
    return [flag for flags in lists for flag in flags]

#!/usr/bin/env python3
"""What is linked into a release: its licences as one text, and an SPDX document. Called by scripts/release.

The same commit, toolchain and Debian packages give the same bytes."""
import argparse
import datetime
import hashlib
import os
import re
import subprocess
import sys

from license_expression import get_spdx_licensing
from spdx_tools.spdx.model import (
    Actor, ActorType, Checksum, ChecksumAlgorithm, CreationInfo, Document, ExternalPackageRef,
    ExternalPackageRefCategory, Package, PackagePurpose, Relationship, RelationshipType, SpdxNoAssertion)
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
from spdx_tools.spdx.writer.write_anything import write_file

# The licence of what is linked, which is less than the whole of a Debian source package. An archive that is not listed here
# ends the release: somebody has to read its licence first.
LICENCES = {
    "libz.a": ("zlib", "Zlib"),
    "libzstd.a": ("zstd", "BSD-3-Clause"),
    "libcrypto.a": ("OpenSSL (libcrypto)", "Apache-2.0"),
    "libstdc++.a": ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libgcc.a": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libgcc_eh.a": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
}


def said(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


class Part:
    """Something that is linked in: from a Debian package, or Swift's runtime."""

    def __init__(self, name, version, licence, text, purl=None):
        self.name, self.version, self.licence, self.text, self.purl = name, version, licence, text, purl


def debian_parts(folder):
    parts = {}
    for archive in sorted(os.listdir(folder)):
        name, licence = LICENCES[archive]
        path = os.path.realpath(os.path.join(folder, archive))
        package = said("dpkg-query", "-S", path).split(": ")[0]
        version = said("dpkg-query", "-W", "-f", "${Version}", package)
        bare = package.split(":")[0]
        with open("/usr/share/doc/%s/copyright" % bare, encoding="utf-8") as file:
            parts[name] = Part(name, version, licence, file.read(), "pkg:deb/debian/%s@%s" % (bare, version.replace(":", "%3A")))
    return list(parts.values())


def swift_part(compiler):
    version = re.search(r"Swift version (\S+)", said(compiler, "--version")).group(1)
    root = os.path.dirname(os.path.dirname(os.path.realpath(compiler)))
    with open(os.path.join(root, "share/swift/LICENSE.txt"), encoding="utf-8") as file:
        return Part("Swift runtime and standard library", version, "Apache-2.0 WITH Swift-exception", file.read())


def write_licences(path, tree, parts):
    own = [open(os.path.join(tree, name), encoding="utf-8").read() for name in ("NOTICE", "LICENSE")]
    with open(path, "w", encoding="utf-8") as file:
        file.write("brokertap is under the Apache License 2.0, whose text stands below. Linked into it are:\n\n")
        for part in parts:
            file.write("  %s %s: %s\n" % (part.name, part.version, part.licence))
        file.write(
            "\nTheir own words follow; those of a Debian package also tell of files of its source that are not linked in.\n")
        for title, text in [("brokertap", "\n".join(own))] + [(part.name, part.text) for part in parts]:
            file.write("\n%s\n%s\n%s\n\n%s" % ("=" * 78, title, "=" * 78, text))


def spdx_package(identity, name, version, licence, **more):
    licence = get_spdx_licensing().parse(licence)
    return Package(
        spdx_id="SPDXRef-" + identity, name=name, version=version, download_location=SpdxNoAssertion(),
        files_analyzed=False, license_concluded=licence, license_declared=licence, copyright_text=SpdxNoAssertion(), **more)


def document(options, parts):
    with open(options.program, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    with open(os.path.join(options.tree, "Sources/brokertap/Version.swift"), encoding="utf-8") as file:
        version = re.search(r'static let text = "(.*)"', file.read()).group(1)
    moment = datetime.datetime.fromisoformat(options.date).astimezone(datetime.timezone.utc).replace(tzinfo=None)
    info = CreationInfo(
        "SPDX-2.3", "SPDXRef-DOCUMENT", "brokertap-" + version,
        # A name and not a place: SPDX wants a URI that no other document has.
        "https://spdx.org/spdxdocs/brokertap-%s-%s" % (version, digest),
        [Actor(ActorType.TOOL, "brokertap-inventory")], moment)
    program = spdx_package(
        "brokertap", "brokertap", version, "Apache-2.0", file_name="brokertap",
        checksums=[Checksum(ChecksumAlgorithm.SHA256, digest)], source_info="git commit " + options.commit,
        primary_package_purpose=PackagePurpose.APPLICATION)
    packages = [program]
    relations = [Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, program.spdx_id)]
    for part in parts:
        references = [ExternalPackageRef(ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", part.purl)] if part.purl else []
        package = spdx_package(
            re.sub(r"[^A-Za-z0-9]+", "-", part.name).strip("-"), part.name, part.version, part.licence,
            external_references=references, primary_package_purpose=PackagePurpose.LIBRARY)
        packages.append(package)
        relations.append(Relationship(program.spdx_id, RelationshipType.STATIC_LINK, package.spdx_id))
    packages.append(spdx_package("libpcap", "libpcap", None, "BSD-3-Clause", comment="Of the system; opened when it is needed."))
    relations.append(Relationship("SPDXRef-libpcap", RelationshipType.OPTIONAL_DEPENDENCY_OF, program.spdx_id))
    return Document(info, packages=packages, relationships=relations)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("tree", "libraries", "swift", "commit", "date", "program", "licences", "sbom"):
        arguments.add_argument("--" + name, required=True)
    options = arguments.parse_args()
    parts = [swift_part(options.swift)] + debian_parts(options.libraries)
    write_licences(options.licences, options.tree, parts)
    bill = document(options, parts)
    faults = validate_full_spdx_document(bill)
    if faults:
        sys.exit("\n".join("SPDX: " + fault.validation_message for fault in faults))
    write_file(bill, options.sbom, validate=False)


if __name__ == "__main__":
    main()

"""What mkdocs must know of this repository (a hook, named in mkdocs.yml): links that leave docs/ lead to copies of those files.

Pages keep the links that are right in the repository. CHANGELOG.md, packaging/..., captures/README.md and others are taken
into the site as `repository/PATH`, Markdown as pages. A link to what is not there stays as it is, and mkdocs --strict fails."""
import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")
# A folder, and its page in the site.
INSTEAD = {"docs/findings": "docs/findings/index.md"}
TAKEN = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]


def source(page):
    """The place in the repository of a file of the site."""
    inside = page.removeprefix("repository/")
    return inside if inside != page else posixpath.join("docs", page)


def place(path):
    """The place in the site of a file of the repository."""
    inside = path.removeprefix("docs/")
    return inside if inside != path else posixpath.join("repository", path)


def target(page, link):
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source(page)), link))
    return INSTEAD.get(path, path)


def on_files(files, config):
    taken = set(TAKEN)
    waiting = [file.src_uri for file in files if file.src_uri.endswith(".md")] + [place(path) for path in TAKEN]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall((ROOT / source(page)).read_text()):
            path = target(page, link)
            if not path.startswith(("docs/", "..")) and path not in taken and (ROOT / path).is_file():
                taken.add(path)
                if path.endswith(".md"):
                    waiting.append(place(path))
    for path in sorted(taken):
        files.append(File.generated(config, place(path), abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_uri

    def rewritten(found):
        path = target(here, found.group(1))
        if not (ROOT / path).is_file():
            return found.group(1)
        return posixpath.relpath(place(path), posixpath.dirname(here) or ".")

    return LINK.sub(rewritten, markdown)

"""both_directions.py FOLDER  style sheets name no left and no right.

Arabic reads the other way. Prints each line that names a side; one that means it says
so with a remark on the same line: both ways.
"""

import re
import sys
from pathlib import Path

SIDE = r"(?:left|right)"
ONE_WAY = re.compile(
    rf"^\s*(?:(?:margin|padding|border|scroll-margin|scroll-padding)-{SIDE}"
    rf"|border-(?:top|bottom)-{SIDE}-radius|{SIDE})(?:-[a-z]+)?\s*:"
    rf"|(?:text-align|float|clear|justify-[a-z]+)\s*:\s*{SIDE}\b"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
MEANT = "/* both ways */"


def one_way_lines(text: str) -> list[tuple[int, str]]:
    """Each line that names a side, with its number."""
    bare = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    return [
        (number, line.strip())
        for number, (line, as_written) in enumerate(
            zip(bare.splitlines(), text.splitlines(), strict=True), start=1
        )
        if ONE_WAY.search(line) and MEANT not in as_written
    ]


def main(folder: Path) -> int:
    found = [
        f"{path}:{number}: {line}"
        for path in sorted(folder.rglob("*.css"))
        for number, line in one_way_lines(path.read_text())
    ]
    sys.stdout.write("\n".join(found) or "Every style sheet reads both ways.")
    sys.stdout.write("\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

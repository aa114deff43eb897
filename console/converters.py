"""What stands in the addresses of pages: projects, repositories, tags and digests by their names.

    /projects/<project:name>/-/members
    /projects/<repository:name>          /projects/<repository:name>/-/history
    /projects/<repository:name>:<tag:tag>
    /projects/<repository:name>@<digest:digest>/-/layers

A repository is named in full, as clients name it; its slashes stay slashes. What is no name is no address."""

from accounts import projects
from registry.content import digests, names


class Project:
    regex = projects.NAME.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Repository(Project):
    regex = rf"{names.COMPONENT}(?:/{names.COMPONENT})+"

    def to_python(self, value: str) -> str:
        """Longer ones are the name of nothing, as a ValueError tells Django."""
        if len(value) > names.LONGEST_NAME:
            raise ValueError(value)
        return value


class Tag(Project):
    regex = names.TAG.pattern


class Digest(Project):
    regex = digests.FORM.pattern


CONVERTERS = {"project": Project, "repository": Repository, "tag": Tag, "digest": Digest}

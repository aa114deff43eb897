"""`python -m tests.clients.harborapi_scenes URL PASSWORD LDAP`: plays all scenes, prints as JSON what came of them."""

import json
import sys
import traceback

from tests.clients.harborapi_scenes import content, directory, people, projects, system
from tests.clients.harborapi_scenes.stage import Stage, methods

SCENES = [scene for room in (system, people, projects, content, directory) for scene in room.SCENES]


def main(url: str, password: str, ldap: str) -> None:
    stage = Stage(url, password, json.loads(ldap))
    failures = {}
    for scene in SCENES:
        try:
            scene(stage)
        except Exception:  # noqa: BLE001  whatever goes wrong, the other scenes are played too
            failures[f"{scene.__module__}.{scene.__name__}"] = traceback.format_exc(limit=-6)
    told = {"failures": failures, "called": sorted(stage.called), "methods": methods(), "replies": stage.replies}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

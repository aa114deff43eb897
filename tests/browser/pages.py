"""The table of all pages: what each is called, and its address in a scene. What is in console/pages/urls.py and not
here fails a test."""

from tests.browser.scene import LONG_NAME, LONG_PROJECT, LONG_TAG, Scene

# Several lines may show one page in several states. `{words}` are values of the scene.
PAGES = {
    "home": "/",
    "sign-in": "/sign-in",
    "sign-out": "/sign-out",
    "me": "/me",
    "tokens": "/me/tokens",
    "token-new": "/me/tokens/new",
    "robots": "/robots",
    "robot-new": "/robots/new",
    "robot": "/robots/{system_robot_id}",
    "project-robots": "/projects/team/-/robots",
    "project-robots-empty": "/projects/empty/-/robots",
    "project-robot-new": "/projects/team/-/robots/new",
    "project-robot": "/projects/team/-/robots/{robot_id}",
    "project-robot-secret": "/projects/team/-/robots/{robot_id}/secret",
    "project-robot-delete": "/projects/team/-/robots/{robot_id}/delete",
    "robot-secret": "/robots/{system_robot_id}/secret",
    "robot-delete": "/robots/{system_robot_id}/delete",
    "why": "/why",
    "why-answered": "/why?who=user&name=gus&action=repository:push&place=team/app",
    "refusal": "/refusals/{refusal_id}",
}
# What changes something: there is nothing of its own to look at.
ACTIONS = {
    "profile": "/me/profile",
    "password": "/me/password",
    "look": "/me/look",
    "token-revoke": "/me/tokens/1/revoke",
    "robot-switch": "/robots/{system_robot_id}/switch",
    "project-robot-switch": "/projects/team/-/robots/{robot_id}/switch",
    "refusal-find": "/refusals?number={refusal_id}",
}
LONG = {"long_project": LONG_PROJECT, "long_name": LONG_NAME, "long_tag": LONG_TAG}


def address(scene: Scene, name: str) -> str:
    return (PAGES | ACTIONS)[name].format_map({**scene.values, **LONG})

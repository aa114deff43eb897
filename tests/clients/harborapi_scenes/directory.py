"""The company's directory: settings, people and groups."""

from harborapi.models import Configurations, LdapConf, ProjectReq, UserGroup

from tests.clients.harborapi_scenes.stage import Stage, number


def people(stage: Stage) -> None:
    admin = stage.admin
    admin.update_config(Configurations(**stage.ldap["settings"]))
    assert admin.ping_ldap().success is True
    wrong = admin.ping_ldap(LdapConf(**{**stage.ldap["settings"], "ldap_search_password": "wrong"}))
    assert wrong.success is False
    name = stage.ldap["user"]
    assert [each.username for each in admin.search_ldap_users(name)] == [name]
    admin.import_ldap_users([name])
    assert admin.get_user_by_username(name).username == name


def groups(stage: Stage) -> None:
    admin = stage.admin
    dn = stage.ldap["group_dn"]
    assert dn in [each.ldap_group_dn for each in admin.search_ldap_groups(group_dn=dn)]
    made = number(admin.create_usergroup(UserGroup(group_name="people", group_type=1, ldap_group_dn=dn)))
    assert admin.get_usergroup(made).group_name
    assert made in [each.id for each in admin.get_usergroups()]
    assert admin.search_usergroups("peo") is not None
    admin.update_usergroup(made, UserGroup(group_name="all people", group_type=1))
    assert admin.get_usergroup(made).group_name == "all people"
    admin.create_project(ProjectReq(project_name="groups"))
    admin.add_project_member_group("groups", made, 2)
    admin.delete_usergroup(made)


SCENES = [people, groups]

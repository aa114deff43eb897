"""The company's directory, spoken to by LDAP: connecting, finding people, finding groups."""
